import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { serialize } from "hono/utils/cookie";
import { isLoopback } from "../headers/origins.js";

/** 400 days: browsers keep no cookie longer (RFC 6265bis §5.5). */
const LONGEST_MAX_AGE_SECONDS = 34_560_000;

/** The cookie that a browser carries its refresh token in. */
export interface RefreshCookie {
  readonly name: string;
  /** The token in the call; null where there is none. */
  read(c: Context): string | null;
  /** The `Set-Cookie` that keeps `token` for `lifetimeMs` milliseconds. */
  set(token: string, lifetimeMs: number): string;
  /** The `Set-Cookie` that takes it back. */
  clear(): string;
}

/**
 * `__Host-curfew_refresh` (RFC 6265bis §4.1.3.2), or `curfew_refresh` without `Secure` on a loopback http URL.
 *
 * @param publicUrl where people reach the server
 */
export function createRefreshCookie(publicUrl: string): RefreshCookie {
  const url = new URL(publicUrl);
  const secure = !(url.protocol === "http:" && isLoopback(url));
  const name = secure ? "__Host-curfew_refresh" : "curfew_refresh";
  const write = (value: string, maxAge: number): string =>
    serialize(name, value, { httpOnly: true, secure, sameSite: "Strict", path: "/", maxAge });
  return {
    name,
    read: (c) => getCookie(c, name) || null,
    set: (token, lifetimeMs) =>
      write(token, Math.min(Math.max(Math.ceil(lifetimeMs / 1000), 0), LONGEST_MAX_AGE_SECONDS)),
    clear: () => write("", 0),
  };
}
