import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { expectStatus } from "../harness/expectations.js";
import { send } from "../harness/send.js";
import { useService } from "../harness/service.js";

const service = useService();

const page = (path = "/") => send(service(), { path });
const assetsOf = (html: string): string[] =>
  [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");

describe("anything that is not /api/…: the web app", () => {
  test.each([
    "/",
    "/login?return_to=%2Faccount",
    "/register",
    "/invite",
    "/account/security",
    "/no/such/page",
  ])("%s is the same page, asked for anew each time", async (path) => {
    const answer = expectStatus(await page(path), 200);
    expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(answer.headers["cache-control"]).toBe("no-cache");
    expect(answer.text).toBe((await page()).text);
  });

  test("under /api there is no page", async () => {
    for (const path of ["/api", "/api/", "/api/nothing"])
      expect((await page(path)).headers["content-type"], path).toMatch(/^application\/problem\+json/);
  });

  test("it holds no script, style or handler of its own, and names nothing of another host", async () => {
    const { text } = await page();
    expect(text).toContain('<div id="app">');
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/);
    expect(text.match(/<script\b[^>]*>[^<]+/)).toBeNull();
    expect(text).not.toMatch(/(?:src|href)="(?!\/)/);
    expect(text).not.toMatch(/(?:src|href)="\/\//);
  });

  test("its Content-Security-Policy allows our own files and calls, and nothing else", async () => {
    expect((await page("/login")).headers["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });

  test("what it loads is there, of the right type, and kept for ever", async () => {
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
      const answer = expectStatus(await page(path), 200);
      expect(answer.headers["content-type"]).toMatch(types[path.slice(path.lastIndexOf(".") + 1)] ?? /^$/);
      expect(answer.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    }
  });

  test("a script comes compressed as the client takes it", async () => {
    const path = assetsOf((await page()).text).find((asset) => asset.endsWith(".js")) ?? "";
    const plain = expectStatus(await page(path), 200).text;
    const as = async (encoding: string) => {
      const answer = await send(service(), { path, headers: { "accept-encoding": encoding } });
      expect(answer.headers["content-encoding"]).toBe(encoding);
      expect(answer.headers["vary"]).toBe("Accept-Encoding");
      return answer.bytes;
    };
    const [br, gzip] = [await as("br"), await as("gzip")];
    expect(brotliDecompressSync(br).toString()).toBe(plain);
    expect(gunzipSync(gzip).toString()).toBe(plain);
    expect(br.length).toBeLessThan(gzip.length);
    expect(gzip.length).toBeLessThan(plain.length / 2);
  });

  test("an asset of another build is a 404, and no path leads to a file that is not of the app", async () => {
    for (const path of [
      "/assets/index-OLD.js",
      "/assets/..%2f..%2fpages.css",
      "/assets/%2e%2e%2findex.html",
      "/assets/..%5c..%5cpackage.json",
      "/assets/../../../package.json",
    ]) {
      const answer = await page(path);
      expect(answer.text, path).not.toContain("@curfew/");
      expect(answer.status === 404 || answer.text === (await page()).text, path).toBe(true);
    }
    expect((await page("/assets/index-OLD.js")).status).toBe(404);
  });

  test("HEAD is GET without the body, and whatever would change something is a 405", async () => {
    const head = await send(service(), { method: "HEAD", path: "/login" });
    expectStatus(head, 200);
    expect(head.text).toBe("");
    expect(head.headers["content-length"]).toBe(String(Buffer.byteLength((await page()).text)));
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const answer = await send(service(), { method, path: "/login" });
      expectStatus(answer, 405);
      expect(answer.headers["allow"]).toBe("GET, HEAD");
    }
  });
});
