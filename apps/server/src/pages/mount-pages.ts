import { readFile } from "node:fs/promises";
import { securityHeaders } from "@curfew/http";
import type { Context, Env, Hono } from "hono";
import { PUBLIC_DIRECTORY } from "../public-directory.js";
import type { OpenApiDocument } from "./docs/open-api.js";
import { answerFile } from "./web-app/answer-file.js";
import type { WebApp } from "./web-app/web-file.js";

/** Our own files and nothing else, no frame around the page, and no form that the browser sends by itself (CSP Level 3). */
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

/** Asked for anew each time the page is: an update must not wait for a cache. */
const ASK_ANEW = { "Cache-Control": "no-cache" };
/** The name of an asset holds a hash of its content: it never changes (RFC 8246). */
const KEEP_FOR_EVER = { "Cache-Control": "public, max-age=31536000, immutable" };

export interface PageOptions {
  readonly publicUrl: string;
  /** Absent: no page but the one about the API. */
  readonly webApp?: WebApp;
  /** Answers `/openapi.json`, whose document the page about the API shows. */
  readDocument(c: Context): Promise<Response>;
}

/**
 * Puts the pages on an app: `/docs`, the web app's files, and on every path that is left the web app, which knows its
 * own pages. Mount it last: what it answers, no route after it sees.
 */
export function mountPages<E extends Env>(
  app: Hono<E>,
  { publicUrl, webApp, readDocument }: PageOptions,
): void {
  const safe = securityHeaders(publicUrl);
  const fresh = { ...safe, ...ASK_ANEW };
  const pageHeaders = { ...fresh, "Content-Security-Policy": CONTENT_POLICY };
  let docs: Promise<string> | undefined;

  app.get("/docs/pages.css", async () => {
    const stylesheet = await readFile(new URL("pages.css", PUBLIC_DIRECTORY));
    return new Response(stylesheet, { headers: { ...fresh, "Content-Type": "text/css; charset=utf-8" } });
  });
  app.get("/docs", async (c) => {
    docs ??= renderDocs(await readDocument(c));
    return new Response(await docs, {
      headers: { ...pageHeaders, "Content-Type": "text/html; charset=utf-8" },
    });
  });
  app.get("/assets/:name{.+}", (c) => {
    const asset = webApp?.assets.get(c.req.param("name"));
    return asset === undefined
      ? notFound(fresh)
      : answerFile(asset, c.req.header("Accept-Encoding"), { ...safe, ...KEEP_FOR_EVER });
  });
  app.get("*", (c) =>
    webApp === undefined
      ? notFound(fresh)
      : answerFile(webApp.index, c.req.header("Accept-Encoding"), pageHeaders),
  );
  app.all("*", () => new Response(null, { status: 405, headers: { ...fresh, Allow: "GET, HEAD" } }));
}

const notFound = (headers: Readonly<Record<string, string>>): Response =>
  new Response("Not found\n", {
    status: 404,
    headers: { ...headers, "Content-Type": "text/plain; charset=utf-8" },
  });

/** Loaded at the first look: nobody else needs it. */
async function renderDocs(answer: Response): Promise<string> {
  const { docsPage } = await import("./docs/docs-page.js");
  return String(await docsPage((await answer.json()) as OpenApiDocument));
}
