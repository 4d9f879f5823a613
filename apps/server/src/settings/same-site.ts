import { isIP } from "node:net";

/** Second-level names under which registries of countries register: `co.uk`, `com.au`. */
const REGISTRY_NAME = /^(?:ac|co|com|edu|gob|gov|go|mil|ne|net|nom|or|org|sch)$/;

/**
 * Whether two origins are of one site, so that a `SameSite` cookie of one is sent from pages of the other: the same scheme and
 * the same registrable domain (HTML Standard §7.1.1). Without the Public Suffix List a shared host, such as `github.io`, counts
 * as one site; use it for advice only.
 */
export function areOfOneSite(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)];
  return a.protocol === b.protocol && siteOf(a.hostname) === siteOf(b.hostname);
}

function siteOf(hostname: string): string {
  if (hostname.startsWith("[") || isIP(hostname) !== 0) return hostname;
  const labels = hostname.split(".");
  const [second = "", top = ""] = labels.slice(-2);
  const isRegistry = top.length === 2 && REGISTRY_NAME.test(second);
  return labels.slice(isRegistry ? -3 : -2).join(".");
}
