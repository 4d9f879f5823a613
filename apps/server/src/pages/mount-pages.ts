import { readFile } from "node:fs/promises";
import { securityHeaders } from "@curfew/http";
import type { Context, Env, Hono } from "hono";
import { PUBLIC_DIRECTORY } from "../public-directory.js";
import type { OpenApiDocument } from "./docs/open-api.js";
import { homePage } from "./home-page.js";

/** Our own files and nothing else, no frame around the page, and no form on it (CSP Level 3). */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Asked for anew each time the page is: an update must not wait for a cache. */
const CACHING = { "Cache-Control": "no-cache" };

export interface PageOptions {
  readonly publicUrl: string;
  /** Answers `/openapi.json`, whose document the page about the API shows. */
  readDocument(c: Context): Promise<Response>;
}

/**
 * Puts the pages on an app: `/docs`, and on every path that is left the page at `/`. Mount it last: what it answers, no
 * route after it sees.
 */
export function mountPages<E extends Env>(app: Hono<E>, { publicUrl, readDocument }: PageOptions): void {
  const safe = { ...securityHeaders(publicUrl), ...CACHING };
  const htmlHeaders = {
    ...safe,
    "Content-Security-Policy": CONTENT_POLICY,
    "Content-Type": "text/html; charset=utf-8",
  };
  let docs: Promise<string> | undefined;

  app.get("/docs/pages.css", async () => {
    const stylesheet = await readFile(new URL("pages.css", PUBLIC_DIRECTORY));
    return new Response(stylesheet, { headers: { ...safe, "Content-Type": "text/css; charset=utf-8" } });
  });
  app.get("/docs", async (c) => {
    docs ??= renderDocs(await readDocument(c));
    return new Response(await docs, { headers: htmlHeaders });
  });
  app.all("*", async (c) => {
    if (c.req.raw.method === "GET" || c.req.raw.method === "HEAD")
      return new Response(String(await homePage()), { headers: htmlHeaders });
    return new Response(null, { status: 405, headers: { ...safe, Allow: "GET, HEAD" } });
  });
}

/** Loaded at the first look: nobody else needs it. */
async function renderDocs(answer: Response): Promise<string> {
  const { docsPage } = await import("./docs/docs-page.js");
  return String(await docsPage((await answer.json()) as OpenApiDocument));
}
