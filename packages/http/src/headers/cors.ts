/** What a page of another origin may read from an answer, beyond what it always may. */
const EXPOSED = "ETag, Retry-After, DPoP-Nonce";
const ALLOWED_HEADERS = "Authorization, Content-Type, DPoP, If-Match";
const ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";

/** How long a browser may remember a preflight. */
const PREFLIGHT_SECONDS = 600;

/**
 * The CORS headers of an answer: credentials for exactly the allowed origins, and nothing for anyone else.
 *
 * @param origin the call's `Origin`
 * @param allowed exact origins
 */
export function corsHeaders(
  origin: string | undefined,
  allowed: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  if (allowed.size === 0) return {};
  if (origin === undefined || !allowed.has(origin)) return { Vary: "Origin" };
  return {
    Vary: "Origin",
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": EXPOSED,
  };
}

/** What a preflight is told on top of them. */
export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Methods": ALLOWED_METHODS,
  "Access-Control-Allow-Headers": ALLOWED_HEADERS,
  "Access-Control-Max-Age": String(PREFLIGHT_SECONDS),
};
