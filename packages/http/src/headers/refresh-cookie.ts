import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { serialize } from "hono/utils/cookie";
import { isLoopback } from "./origins.js";

/** 400 days, the most that browsers accept (RFC 6265bis §5.5). */
const MAX_AGE_LIMIT_SECONDS = 34_560_000;

/** The cookie that holds a browser's refresh token. */
export interface RefreshCookie {
  readonly name: string;
  /** Reads the token; null if the cookie is absent or empty. */
  read(c: Context): string | null;
  /** The `Set-Cookie` that stores `token` for `lifetimeMs` milliseconds. */
  set(token: string, lifetimeMs: number): string;
  /** The `Set-Cookie` that removes the cookie. */
  clear(): string;
}

/**
 * The cookie `__Host-curfew_refresh` (RFC 6265bis §4.1.3.2). With an http URL on a loopback host it can't be `Secure`, and
 * its name is `curfew_refresh`.
 *
 * @param publicUrl the server's public URL
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
      write(token, Math.min(Math.max(Math.ceil(lifetimeMs / 1000), 0), MAX_AGE_LIMIT_SECONDS)),
    clear: () => write("", 0),
  };
}
