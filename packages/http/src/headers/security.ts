/** One year. */
const HSTS_SECONDS = 31_536_000;

/**
 * The security headers of every answer, with `Strict-Transport-Security` (RFC 6797) if the public URL is https.
 *
 * @param publicUrl the server's public URL
 * @param options.hstsSubdomains whether every subdomain is https too (`includeSubDomains`, RFC 6797 §6.1.2)
 */
export function securityHeaders(
  publicUrl: string,
  { hstsSubdomains = false }: { readonly hstsSubdomains?: boolean } = {},
): Readonly<Record<string, string>> {
  const transportPolicy = `max-age=${HSTS_SECONDS}${hstsSubdomains ? "; includeSubDomains" : ""}`;
  return {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    ...(new URL(publicUrl).protocol === "https:" ? { "Strict-Transport-Security": transportPolicy } : {}),
  };
}

/** Pages that this page opens, or that open it, get no handle on its window (HTML Standard §7.1.3). */
export const OPENER_POLICY: Readonly<Record<string, string>> = {
  "Cross-Origin-Opener-Policy": "same-origin",
};

/**
 * The headers of an HTML page: scripts only from this origin, no framing, and no handle for windows of other origins.
 *
 * @param scriptHashes the allowed inline scripts, as `sha256-…`
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
  return { "Content-Security-Policy": policy.join("; "), ...OPENER_POLICY };
}

/**
 * Middleware that sets the security headers on answers outside the API: pages, files, health checks.
 *
 * @example app.use(withSecurityHeaders("https://app.example"));
 */
export function withSecurityHeaders(
  publicUrl: string,
): (c: { readonly res: Response }, next: () => Promise<void>) => Promise<void> {
  const headers = Object.entries(securityHeaders(publicUrl));
  return async (c, next) => {
    await next();
    for (const [name, value] of headers) c.res.headers.set(name, value);
  };
}
