import type { Call } from "../call.js";
import { readCookie, writeCookie } from "./cookies.js";
import { isLoopback } from "./origins.js";

/** 400 days, the most that browsers accept (RFC 6265bis §5.5). */
const MAX_AGE_LIMIT_SECONDS = 34_560_000;

/** The cookie that holds a browser's refresh token. */
export interface RefreshCookie {
  readonly name: string;
  /** Reads the token; null if the cookie is absent or empty. */
  read(c: Call): string | null;
  /** The `Set-Cookie` that stores `token` for `lifetimeMs` milliseconds. */
  set(token: string, lifetimeMs: number): string;
  /** The `Set-Cookie` that removes the cookie. */
  clear(): string;
}

/** Which requests of other sites carry the cookie (RFC 6265bis §5.6.7). */
export type SameSite = "strict" | "lax" | "none";

/** The refresh cookie's name, without the prefix and the port, and its `SameSite`. */
export interface CookieOptions {
  readonly name?: string;
  readonly sameSite?: SameSite;
}

const DEFAULT_NAME = "curfew_refresh";
const DEFAULT_PORT = "4000";

/** A token (RFC 9110 §5.6.2), in which browsers would read a prefix as a promise (RFC 6265bis §4.1.3). */
const COOKIE_NAME = /^(?!__(?:host|secure)-)[\w!#$%&'*+.^`|~-]+$/i;

/**
 * The cookie `__Host-curfew_refresh` (RFC 6265bis §4.1.3.2). With an http URL on a loopback host it can't be `Secure`, and
 * its name is `curfew_refresh`, or `curfew_refresh_PORT` if the port is not 4000: cookies don't tell ports apart.
 *
 * @param publicUrl the server's public URL
 * @throws TypeError if the name is not a cookie's, or for `none` without https
 */
export function createRefreshCookie(
  publicUrl: string,
  { name: chosenName = DEFAULT_NAME, sameSite = "strict" }: CookieOptions = {},
): RefreshCookie {
  if (!COOKIE_NAME.test(chosenName))
    throw new TypeError("cookie.name must be a cookie's name without a prefix");
  const url = new URL(publicUrl);
  const secure = !(url.protocol === "http:" && isLoopback(url));
  if (sameSite === "none" && !secure) throw new TypeError("cookie.sameSite can be none only with https");
  const port = url.port || "80";
  const localName = port === DEFAULT_PORT ? chosenName : `${chosenName}_${port}`;
  const name = secure ? `__Host-${chosenName}` : localName;
  const write = (value: string, maxAge: number): string =>
    writeCookie(name, value, { maxAge, secure, sameSite });
  return {
    name,
    read: (c) => readCookie(c.req.header("cookie"), name),
    set: (token, lifetimeMs) =>
      write(token, Math.min(Math.max(Math.ceil(lifetimeMs / 1000), 0), MAX_AGE_LIMIT_SECONDS)),
    clear: () => write("", 0),
  };
}
