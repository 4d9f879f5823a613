import type { Context } from "hono";
import { HttpProblem } from "../problem/http-problem.js";

const LOOPBACK_HOSTS: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Tells whether a URL is of this machine, whichever of its three names it uses. */
export const isLoopback = (url: URL): boolean => LOOPBACK_HOSTS.includes(url.hostname);

/**
 * The origins whose pages are ours: the public one, the allowed ones, and the other names of a loopback one.
 *
 * @param publicUrl where people reach the server
 * @param allowedOrigins exact origins, as a browser writes them (RFC 6454 §6.2)
 */
export function ownOrigins(publicUrl: string, allowedOrigins: readonly string[]): ReadonlySet<string> {
  const url = new URL(publicUrl);
  const spellings = isLoopback(url)
    ? LOOPBACK_HOSTS.map((host) => `${url.protocol}//${host}${url.port === "" ? "" : `:${url.port}`}`)
    : [url.origin];
  return new Set([...spellings, ...allowedOrigins.map((origin) => new URL(origin).origin)]);
}

/**
 * Refuses a browser's call from a page that is not ours; what sends neither header is no browser and passes.
 *
 * Throws `cross_origin`.
 */
export function checkOrigin(c: Context, origins: ReadonlySet<string>): void {
  const site = c.req.header("sec-fetch-site");
  if (site === "same-origin") return;
  const origin = c.req.header("origin");
  if (site === undefined && origin === undefined) return;
  if (origin === undefined || !origins.has(origin)) throw new HttpProblem("cross_origin");
}
