import type { MiddlewareHandler } from "hono";

/** A year: long enough that a browser never asks over plain http again. */
const HSTS_SECONDS = 31_536_000;

/**
 * The headers of every answer, whatever it is; with `Strict-Transport-Security` (RFC 6797) where the public URL is https.
 *
 * @param publicUrl where people reach the server
 */
export function securityHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    ...(new URL(publicUrl).protocol === "https:"
      ? { "Strict-Transport-Security": `max-age=${HSTS_SECONDS}` }
      : {}),
  };
}

/**
 * The headers of a page: no script but our own files, no frame around it.
 *
 * @param scriptHashes hashes of inline scripts that may run, as `sha256-…`
 */
export function pageHeaders(scriptHashes: readonly string[] = []): Readonly<Record<string, string>> {
  const scripts = ["'self'", ...scriptHashes.map((hash) => `'${hash}'`)].join(" ");
  const policy = [
    "default-src 'self'",
    `script-src ${scripts}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return { "Content-Security-Policy": policy.join("; ") };
}

/**
 * Puts the headers of every answer on what the pipeline does not answer itself: pages, files, health checks.
 *
 * @example app.use(withSecurityHeaders("https://app.example"));
 */
export function withSecurityHeaders(publicUrl: string): MiddlewareHandler {
  const headers = Object.entries(securityHeaders(publicUrl));
  return async (c, next) => {
    await next();
    for (const [name, value] of headers) c.res.headers.set(name, value);
  };
}
