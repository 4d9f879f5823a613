import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { expectStatus } from "../harness/expectations.js";
import { send } from "../harness/send.js";
import { useService } from "../harness/service.js";

const service = useService();

const page = (path = "/") => send(service(), { path });
const assetsOf = (html: string): string[] =>
  [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");

describe("the web app, on every path outside /api", () => {
  test.each([
    "/",
    "/login?return_to=%2Faccount",
    "/register",
    "/invite",
    "/account/security",
    "/no/such/page",
  ])("%s returns the same page, with Cache-Control: no-cache", async (path) => {
    const response = expectStatus(await page(path), 200);
    expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(response.headers["cache-control"]).toBe("no-cache");
    expect(response.text).toBe((await page()).text);
  });

  test("paths under /api return problems, not the page", async () => {
    for (const path of ["/api", "/api/", "/api/nothing"])
      expect((await page(path)).headers["content-type"], path).toMatch(/^application\/problem\+json/);
  });

  test("the page has no inline script, style or handler, and no URL of another host", async () => {
    const { text } = await page();
    expect(text).toContain('<div id="app">');
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/);
    expect(text.match(/<script\b[^>]*>[^<]+/)).toBeNull();
    expect(text).not.toMatch(/(?:src|href)="(?!\/)/);
    expect(text).not.toMatch(/(?:src|href)="\/\//);
  });

  test("the Content-Security-Policy allows only the service's own files and API", async () => {
    expect((await page("/login")).headers["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });

  test("the page's assets exist, with the right type and immutable caching", async () => {
    const paths = assetsOf((await page()).text);
    expect(paths.map((path) => path.slice(path.lastIndexOf("."))).sort()).toEqual(
      expect.arrayContaining([".css", ".js", ".svg"]),
    );
    const types: Record<string, RegExp> = {
      js: /^text\/javascript/,
      css: /^text\/css/,
      svg: /^image\/svg\+xml/,
    };
    for (const path of paths) {
      const response = expectStatus(await page(path), 200);
      expect(response.headers["content-type"]).toMatch(types[path.slice(path.lastIndexOf(".") + 1)] ?? /^$/);
      expect(response.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    }
  });

  test("scripts are compressed with the encoding that the client accepts", async () => {
    const path = assetsOf((await page()).text).find((asset) => asset.endsWith(".js")) ?? "";
    const plain = expectStatus(await page(path), 200).text;
    const as = async (encoding: string) => {
      const response = await send(service(), { path, headers: { "accept-encoding": encoding } });
      expect(response.headers["content-encoding"]).toBe(encoding);
      expect(response.headers["vary"]).toBe("Accept-Encoding");
      return response.bytes;
    };
    const [br, gzip] = [await as("br"), await as("gzip")];
    expect(brotliDecompressSync(br).toString()).toBe(plain);
    expect(gunzipSync(gzip).toString()).toBe(plain);
    expect(br.length).toBeLessThan(gzip.length);
    expect(gzip.length).toBeLessThan(plain.length / 2);
  });

  test("an asset of another build is a 404, and no path reaches a file outside the app", async () => {
    for (const path of [
      "/assets/index-OLD.js",
      "/assets/..%2f..%2fpages.css",
      "/assets/%2e%2e%2findex.html",
      "/assets/..%5c..%5cpackage.json",
      "/assets/../../../package.json",
    ]) {
      const response = await page(path);
      expect(response.text, path).not.toContain("@curfew/");
      expect(response.status === 404 || response.text === (await page()).text, path).toBe(true);
    }
    expect((await page("/assets/index-OLD.js")).status).toBe(404);
  });

  test("HEAD is GET without the body, and other methods are a 405", async () => {
    const head = await send(service(), { method: "HEAD", path: "/login" });
    expectStatus(head, 200);
    expect(head.text).toBe("");
    expect(head.headers["content-length"]).toBe(String(Buffer.byteLength((await page()).text)));
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const response = await send(service(), { method, path: "/login" });
      expectStatus(response, 405);
      expect(response.headers["allow"]).toBe("GET, HEAD");
    }
  });
});
