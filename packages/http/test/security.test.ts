import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { pageHeaders, withSecurityHeaders } from "../src/index.js";
import { openTestServer } from "./support/test-server.js";

describe("the security headers", () => {
  test.each([
    ["an answer", "GET", "/api/accounts/me/security", 200],
    ["a 404", "GET", "/api/accounts/me/nothing", 404],
    ["a 405", "PUT", "/api/auth/refresh", 405],
    ["a 400", "POST", "/api/auth/refresh", 400],
  ])("are on %s", async (_, method, path, status) => {
    const server = await openTestServer();
    const token = (await server.signIn()).accessToken;
    const body = method === "POST" ? { body: "x", headers: { "Content-Type": "application/json" } } : {};
    const response = await server.call(method, path, { token, ...body });
    expect(response.status).toBe(status);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("strict-transport-security")).toBe("max-age=31536000");
    expect(response.headers.has("x-powered-by")).toBe(false);
    expect(response.headers.get("content-type")).toBe(
      status === 200 ? "application/json" : "application/problem+json",
    );
  });

  test("include Strict-Transport-Security only if the public URL is https", async () => {
    const server = await openTestServer({ publicUrl: "http://localhost:4000" });
    expect((await server.call("GET", "/api/nothing")).headers.has("strict-transport-security")).toBe(false);
  });
});

test("Strict-Transport-Security includes subdomains only if the server says so, on https", async () => {
  const headerOf = async (publicUrl: string, hstsSubdomains: boolean) => {
    const server = await openTestServer({ publicUrl, hstsSubdomains });
    return (await server.call("GET", "/api/nothing")).headers.get("strict-transport-security");
  };
  expect(await headerOf("https://app.example", true)).toBe("max-age=31536000; includeSubDomains");
  expect(await headerOf("https://app.example", false)).toBe("max-age=31536000");
  expect(await headerOf("http://localhost:4000", true)).toBe(null);
});

describe("the headers of a page", () => {
  test("give windows of other origins no handle on the page", () => {
    expect(pageHeaders()["Cross-Origin-Opener-Policy"]).toBe("same-origin");
  });

  test("allow scripts only from the own origin, and no framing", () => {
    const policy = pageHeaders()["Content-Security-Policy"] ?? "";
    const rules = Object.fromEntries(
      policy.split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1).join(" ")]),
    );
    expect(rules).toMatchObject({
      "default-src": "'self'",
      "script-src": "'self'",
      "frame-ancestors": "'none'",
      "object-src": "'none'",
      "base-uri": "'none'",
    });
    expect(policy).not.toContain("unsafe-eval");
    expect(pageHeaders(["sha256-abc"])["Content-Security-Policy"]).toContain(
      "script-src 'self' 'sha256-abc';",
    );
  });

  test("are on every answer of an app with withSecurityHeaders", async () => {
    const app = new Hono();
    app.use(withSecurityHeaders("https://app.example"));
    app.get("/", (c) => c.text("page"));
    for (const path of ["/", "/nothing"]) {
      const { headers } = await app.request(path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
    }
  });
});
