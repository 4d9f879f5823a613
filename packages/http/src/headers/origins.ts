import type { Call } from "../call.js";
import { HttpProblem } from "../problem/http-problem.js";

const LOOPBACK_HOSTS: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Whether a URL's host is one of the loopback names: `localhost`, `127.0.0.1`, `[::1]`. */
export const isLoopback = (url: URL): boolean => LOOPBACK_HOSTS.includes(url.hostname);

/**
 * Reads origins as browsers serialize them (RFC 6454 §6.2), however a host writes them.
 *
 * @throws TypeError for what is no origin of the web, which would be `null`: the opaque origin of any sandbox
 */
export function readOrigins(texts: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(texts)) throw new TypeError("allowedOrigins must be a list");
  return new Set(
    texts.map((text) => {
      const origin = URL.canParse(text) ? new URL(text).origin : "null";
      if (origin === "null")
        throw new TypeError(
          `allowedOrigins must begin with https:// or http://, as browsers see them: ${text}`,
        );
      return origin;
    }),
  );
}

/**
 * The origins whose pages may send credentials: the public one and the allowed ones. A loopback origin counts under each
 * loopback name.
 *
 * @param publicUrl the server's public URL
 * @param allowedOrigins as `readOrigins` has them
 * @throws TypeError if the public URL is none of the web, as `localhost:3000`, which parses, with `localhost:` as its scheme
 */
export function trustedOrigins(publicUrl: string, allowedOrigins: ReadonlySet<string>): ReadonlySet<string> {
  if (!/^https?:\/\//i.test(publicUrl))
    throw new TypeError(`publicUrl must begin with https:// or http://, as browsers see it: ${publicUrl}`);
  const url = new URL(publicUrl);
  const publicOrigins = isLoopback(url)
    ? LOOPBACK_HOSTS.map((host) => `${url.protocol}//${host}${url.port === "" ? "" : `:${url.port}`}`)
    : [url.origin];
  return new Set([...publicOrigins, ...allowedOrigins]);
}

/** Whose pages may make calls that a cookie authenticates. */
export interface TrustedCallers {
  readonly origins: ReadonlySet<string>;
  /** Whether the person may make them too, without a page (`Sec-Fetch-Site: none`). */
  readonly byHand: boolean;
}

/**
 * Refuses a browser's request from a page of another origin. A request without `Sec-Fetch-Site` and `Origin` does not come
 * from a browser, and passes.
 *
 * @throws `cross_origin`
 */
export function checkOrigin(c: Call, { origins, byHand }: TrustedCallers): void {
  const site = c.req.header("sec-fetch-site");
  if (site === "same-origin" || (byHand && site === "none")) return;
  const origin = c.req.header("origin");
  if (site === undefined && origin === undefined) return;
  if (origin === undefined || !origins.has(origin)) throw new HttpProblem("cross_origin");
}

/** The response headers that scripts of an allowed origin may read, besides the CORS-safelisted ones. */
const EXPOSED_HEADERS = "ETag, Retry-After, DPoP-Nonce";

/**
 * The CORS headers of an answer. Only the allowed origins get any, with credentials.
 *
 * @param origin the call's `Origin`
 * @param allowedOrigins as `readOrigins` has them
 */
export function corsHeaders(
  origin: string | undefined,
  allowedOrigins: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  if (allowedOrigins.size === 0) return {};
  if (origin === undefined || !allowedOrigins.has(origin)) return { Vary: "Origin" };
  return {
    Vary: "Origin",
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": EXPOSED_HEADERS,
  };
}

/** The additional headers of a preflight's answer. */
export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
  "Access-Control-Allow-Headers": "Authorization, Content-Type, Curfew-Account, DPoP, If-Match",
  "Access-Control-Max-Age": "600",
};
