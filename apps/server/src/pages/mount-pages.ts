import { readFile } from "node:fs/promises";
import {
  answerProblem,
  HttpProblem,
  lazily,
  OPENER_POLICY,
  type ProblemCode,
  securityHeaders,
} from "@curfew/http";
import type { Context, Env, Hono } from "hono";
import { PUBLIC_DIRECTORY } from "../package-files.js";
import type { OpenApiDocument } from "./open-api.js";
import { answerFile, type WebApp } from "./web-app.js";

/** Only files of this origin, no framing, and no form submission by the browser (CSP Level 3). */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Revalidated with each request, so that an update takes effect at once. */
const REVALIDATE = { "Cache-Control": "no-cache" };
/** An asset's name contains a hash of its content, so the content never changes (RFC 8246). */
const IMMUTABLE = { "Cache-Control": "public, max-age=31536000, immutable" };

export interface PageOptions {
  readonly publicUrl: string;
  readonly hstsSubdomains?: boolean;
  /** Default: only the API documentation is served. */
  readonly webApp?: WebApp;
  /** Answers `/openapi.json`, which the API documentation renders. */
  readDocument(c: Context): Promise<Response>;
}

/**
 * Mounts `/docs`, the web app's assets, and on every other path the web app, which has its own router. Mount it last: it
 * answers every path.
 */
export function mountPages<E extends Env>(
  app: Hono<E>,
  { publicUrl, hstsSubdomains = false, webApp, readDocument }: PageOptions,
): void {
  const baseHeaders = securityHeaders(publicUrl, { hstsSubdomains });
  const uncachedHeaders = { ...baseHeaders, ...REVALIDATE };
  const unstoredHeaders = { ...baseHeaders, "Cache-Control": "no-store" };
  const pageHeaders = { ...uncachedHeaders, "Content-Security-Policy": CONTENT_POLICY, ...OPENER_POLICY };
  const docs = lazily(async (c: Context) => renderDocs(await readDocument(c)));

  app.get("/docs/pages.css", async () => {
    const stylesheet = await readFile(new URL("pages.css", PUBLIC_DIRECTORY));
    return new Response(stylesheet, {
      headers: { ...uncachedHeaders, "Content-Type": "text/css; charset=utf-8" },
    });
  });
  app.get("/docs", async (c) => {
    return new Response(await docs(c), {
      headers: { ...pageHeaders, "Content-Type": "text/html; charset=utf-8" },
    });
  });
  app.get("/assets/:name{.+}", (c) => {
    const asset = webApp?.assets.get(c.req.param("name"));
    return asset === undefined
      ? problem("not_found", uncachedHeaders)
      : answerFile(asset, c.req.header("Accept-Encoding"), { ...baseHeaders, ...IMMUTABLE });
  });
  // The paths of protocols: their clients would take the web app for an answer.
  for (const path of ["/.well-known", "/oauth"]) {
    app.all(path, () => problem("not_found", unstoredHeaders));
    app.all(`${path}/*`, () => problem("not_found", unstoredHeaders));
  }
  app.get("*", (c) =>
    webApp === undefined
      ? problem("not_found", uncachedHeaders)
      : answerFile(webApp.index, c.req.header("Accept-Encoding"), pageHeaders),
  );
  app.all("*", () => problem("method_not_allowed", { ...uncachedHeaders, Allow: "GET, HEAD" }));
}

/** Clients tell our errors from a proxy's by the media type and the `type`, so pages have no other errors than the API. */
const problem = (code: ProblemCode, headers: Readonly<Record<string, string>>): Response =>
  answerProblem(new HttpProblem(code), { headers, bearerGiven: false, nonce: () => "" });

/** Imported on first use, to keep it out of the startup path. */
async function renderDocs(answer: Response): Promise<string> {
  if (!answer.ok) throw new Error("the OpenAPI document could not be read");
  const { docsPage } = await import("./docs-page.js");
  return String(await docsPage((await answer.json()) as OpenApiDocument));
}
