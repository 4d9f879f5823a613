import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { mountPages } from "../../../src/pages/mount-pages.js";
import { BUILT_APP } from "./built-app.js";

function app(publicUrl = "http://localhost:4000", readDocument = documentReader()) {
  const pages = new Hono();
  mountPages(pages, { publicUrl, readDocument, webApp: BUILT_APP });
  return pages;
}

function documentReader() {
  const document = { openapi: "3.1.0", info: { title: "Curfew", version: "9.9.9" }, paths: {} };
  let reads = 0;
  return Object.assign(
    async () => {
      reads += 1;
      return Response.json(document);
    },
    { count: () => reads },
  );
}

/** The Content-Security-Policy as a map from directives to sources. */
const policyOf = (answer: Response): Record<string, string> =>
  Object.fromEntries(
    (answer.headers.get("Content-Security-Policy") ?? "").split("; ").map((directive) => {
      const [name = "", ...sources] = directive.split(" ");
      return [name, sources.join(" ")];
    }),
  );

describe("a page", () => {
  it.each(["/", "/docs", "/invite", "/deep/down?x=1", "/apiary", "/oauthor"])(
    "is served at %s",
    async (path) => {
      const answer = await app().request(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
      expect(await answer.text()).toMatch(/^<!doctype html>\n<html lang="en">/);
    },
  );

  it.each(["/", "/docs"])(
    "at %s may load only files of this origin, run no inline script and not be framed",
    async (path) => {
      expect(policyOf(await app().request(path))).toEqual({
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
      });
    },
  );

  it.each(["/", "/docs", "/docs/pages.css", "/assets/index-B3x.js", "/assets/none.js"])(
    "at %s has the security headers",
    async (path) => {
      const { headers } = await app().request(path);
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("Referrer-Policy")).toBe("no-referrer");
      expect(headers.get("Strict-Transport-Security")).toBeNull();
      const secure = await app("https://curfew.example").request(path);
      expect(secure.headers.get("Strict-Transport-Security")).toMatch(/^max-age=\d+/);
    },
  );

  it.each(["/", "/docs", "/deep/down"])(
    "at %s gives windows of other origins no handle on it",
    async (path) => {
      expect((await app().request(path)).headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
    },
  );

  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])(
    "answers %s with 405 and the allowed methods",
    async (method) => {
      for (const path of ["/", "/docs", "/docs/pages.css", "/assets/index-B3x.js", "/else"]) {
        const answer = await app().request(path, { method });
        expect(answer.status).toBe(405);
        expect(answer.headers.get("Allow")).toBe("GET, HEAD");
      }
    },
  );

  it("answers HEAD like GET without the body", async () => {
    for (const path of ["/", "/docs", "/docs/pages.css", "/assets/index-B3x.js"]) {
      const answer = await app().request(path, { method: "HEAD" });
      expect(answer.status).toBe(200);
      expect(await answer.text()).toBe("");
    }
  });

  it("at /docs reads the OpenAPI document once, at the first request", async () => {
    const readDocument = documentReader();
    const pages = app("http://localhost:4000", readDocument);
    await pages.request("/");
    expect(readDocument.count()).toBe(0);
    for (let request = 0; request < 3; request += 1)
      expect(await (await pages.request("/docs")).text()).toContain("Version 9.9.9");
    expect(readDocument.count()).toBe(1);
  });

  it.each([
    ["an error", () => Promise.reject(new Error("not now"))],
    ["a problem", async () => Response.json({ code: "internal_error" }, { status: 500 })],
    ["an answer that is no document", async () => new Response("half of a doc")],
  ])("at /docs reads the document again after %s", async (_what, fail) => {
    const document = await documentReader()();
    const answers = [fail, () => Promise.resolve(document)];
    const pages = new Hono();
    pages.onError(() => new Response(null, { status: 500 }));
    mountPages(pages, {
      publicUrl: "http://localhost:4000",
      readDocument: () => answers.shift()?.() ?? Promise.reject(new Error("asked too often")),
    });
    expect((await pages.request("/docs")).status).toBe(500);
    expect((await pages.request("/docs")).status).toBe(200);
  });

  it("has a stylesheet that loads no other resource", async () => {
    const answer = await app().request("/docs/pages.css");
    expect(answer.headers.get("Content-Type")).toBe("text/css; charset=utf-8");
    const css = await answer.text();
    expect(css).toContain("prefers-color-scheme: dark");
    expect(css).not.toMatch(/url\(|@import/);
  });
});

describe("the web app", () => {
  it.each(["/", "/login?reason=session_expired", "/invite", "/account/security", "/assets", "/index.html"])(
    "is served at %s without being cached",
    async (path) => {
      const answer = await app().request(path);
      expect(await answer.text()).toContain("the app");
      expect(answer.headers.get("Cache-Control")).toBe("no-cache");
    },
  );

  it("has immutable assets", async () => {
    const answer = await app().request("/assets/index-B3x.js");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe("text/javascript; charset=utf-8");
    expect(answer.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
    expect(await answer.text()).toBe("start()");
  });

  it.each([
    ["br", "br", "br of start()"],
    ["gzip", "gzip", "gzip of start()"],
    ["identity", null, "start()"],
  ])("is sent in an encoding that the client accepts: %s", async (accepted, encoding, sent) => {
    const headers = { "Accept-Encoding": accepted };
    const answer = await app().request("/assets/index-B3x.js", { headers });
    expect(answer.headers.get("Content-Encoding")).toBe(encoding);
    expect(answer.headers.get("Vary")).toBe("Accept-Encoding");
    expect(answer.headers.get("Content-Length")).toBe(String(sent.length));
    expect(await answer.text()).toBe(sent);
    expect((await app().request("/login", { headers })).headers.get("Content-Encoding")).toBe(encoding);
  });

  it("is sent uncompressed if there is no compressed variant", async () => {
    const answer = await app().request("/assets/icon-C4y.svg", {
      headers: { "Accept-Encoding": "br, gzip" },
    });
    expect(answer.headers.get("Content-Encoding")).toBeNull();
    expect(await answer.text()).toBe("<svg/>");
  });

  it.each([
    "/assets/index-OLD.js",
    "/assets/index-B3x.js.br",
    "/assets/deep/index-B3x.js",
    "/assets/..%2findex.html",
    "/assets/constructor",
    "/assets/index-B3x.js/",
  ])("answers %s with a 404 that is not cached", async (path) => {
    const answer = await app().request(path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get("Cache-Control")).toBe("no-cache");
  });

  it("is answered with 404 if it was not built, while /docs works", async () => {
    const pages = new Hono();
    mountPages(pages, { publicUrl: "http://localhost:4000", readDocument: documentReader() });
    for (const path of ["/", "/login", "/assets/index-B3x.js"]) {
      expect((await pages.request(path)).status).toBe(404);
      expect((await pages.request(path, { method: "POST" })).status).toBe(405);
    }
    expect((await pages.request("/docs")).status).toBe(200);
  });
});
