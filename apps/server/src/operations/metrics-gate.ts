import { createHash, timingSafeEqual } from "node:crypto";
import { BlockList, isIP } from "node:net";
import { canonicalAddress } from "../network/address.js";

/** Who may read the metrics, and who asks. */
export interface MetricsQuestion {
  /** What `CURFEW_METRICS_TOKEN` says; null: not set. */
  readonly token: string | null;
  readonly trustedProxiesSet: boolean;
  /** The address at the other end of the connection. */
  readonly peer: string;
  readonly headers: Headers;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** What a proxy adds: with one of these the peer is not the one who asks. */
const FORWARDING_HEADERS = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-real-ip",
] as const;

/**
 * Tells whether the metrics may be shown: with a token set, to who presents it (RFC 6750 §2.1); without, only to this
 * machine itself with no proxy in sight.
 */
export function mayReadMetrics({ token, trustedProxiesSet, peer, headers }: MetricsQuestion): boolean {
  if (token !== null) return presents(headers.get("authorization"), token);
  if (trustedProxiesSet || FORWARDING_HEADERS.some((name) => headers.has(name))) return false;
  const address = canonicalAddress(peer);
  return address !== null && LOOPBACK.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}

/** Compared as digests: equal in length, so that the time tells nothing of the token. */
function presents(authorization: string | null, token: string): boolean {
  const presented = /^bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  return presented !== undefined && timingSafeEqual(digest(presented), digest(token));
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
