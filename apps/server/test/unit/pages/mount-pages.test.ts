import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { mountPages } from "../../../src/pages/mount-pages.js";

function app(publicUrl = "http://localhost:4000", readDocument = documentReader()) {
  const pages = new Hono();
  mountPages(pages, { publicUrl, readDocument });
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

/** A policy as a map from each directive to its sources. */
const policyOf = (answer: Response): Record<string, string> =>
  Object.fromEntries(
    (answer.headers.get("Content-Security-Policy") ?? "").split("; ").map((directive) => {
      const [name = "", ...sources] = directive.split(" ");
      return [name, sources.join(" ")];
    }),
  );

describe("A page", () => {
  it.each(["/", "/docs", "/invite", "/deep/down?x=1", "/apiary", "/.well-known/other"])(
    "is at %s",
    async (path) => {
      const answer = await app().request(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
      expect(await answer.text()).toMatch(/^<!doctype html>\n<html lang="en">/);
    },
  );

  it.each(["/", "/docs"])(
    "at %s may load our own files alone, run no script of its own and stand in no frame",
    async (path) => {
      expect(policyOf(await app().request(path))).toEqual({
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
      });
    },
  );

  it.each(["/", "/docs", "/docs/pages.css"])("at %s has the headers of every answer", async (path) => {
    const { headers } = await app().request(path);
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(headers.get("Strict-Transport-Security")).toBeNull();
    const secure = await app("https://curfew.example").request(path);
    expect(secure.headers.get("Strict-Transport-Security")).toMatch(/^max-age=\d+/);
  });

  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])(
    "answers %s with 405 and what it allows",
    async (method) => {
      for (const path of ["/", "/docs", "/docs/pages.css", "/else"]) {
        const answer = await app().request(path, { method });
        expect(answer.status).toBe(405);
        expect(answer.headers.get("Allow")).toBe("GET, HEAD");
      }
    },
  );

  it("answers HEAD as GET without the body", async () => {
    for (const path of ["/", "/docs", "/docs/pages.css"]) {
      const answer = await app().request(path, { method: "HEAD" });
      expect(answer.status).toBe(200);
      expect(await answer.text()).toBe("");
    }
  });

  it("that shows the API reads the document once, at the first look", async () => {
    const readDocument = documentReader();
    const pages = app("http://localhost:4000", readDocument);
    await pages.request("/");
    expect(readDocument.count()).toBe(0);
    for (let look = 0; look < 3; look += 1)
      expect(await (await pages.request("/docs")).text()).toContain("Version 9.9.9");
    expect(readDocument.count()).toBe(1);
  });

  it("that could not read the document tries again at the next look", async () => {
    const answers = [Promise.reject(new Error("not now")), Promise.resolve(await documentReader()())];
    const pages = new Hono();
    pages.onError(() => new Response(null, { status: 500 }));
    mountPages(pages, {
      publicUrl: "http://localhost:4000",
      readDocument: () => answers.shift() ?? Promise.reject(new Error("asked too often")),
    });
    expect((await pages.request("/docs")).status).toBe(500);
    expect((await pages.request("/docs")).status).toBe(200);
  });

  it("has a stylesheet that loads nothing from anywhere", async () => {
    const answer = await app().request("/docs/pages.css");
    expect(answer.headers.get("Content-Type")).toBe("text/css; charset=utf-8");
    const css = await answer.text();
    expect(css).toContain("prefers-color-scheme: dark");
    expect(css).not.toMatch(/url\(|@import/);
  });
});
