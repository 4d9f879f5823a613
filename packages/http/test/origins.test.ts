import { describe, expect, test } from "vitest";
import { statusAndCode } from "./support/responses.js";
import { ALLOWED_ORIGIN, openTestServer, PUBLIC_URL } from "./support/test-server.js";

const accepted = [401, "unauthenticated"];
const refused = [403, "cross_origin"];

describe("the origin check of calls that use the cookie", () => {
  test.each<[string, Record<string, string>, (number | string)[]]>([
    ["no browser headers", {}, accepted],
    ["the public origin", { Origin: PUBLIC_URL }, accepted],
    ["an allowed origin", { Origin: ALLOWED_ORIGIN }, accepted],
    [
      "an allowed origin and Sec-Fetch-Site: cross-site",
      { Origin: ALLOWED_ORIGIN, "Sec-Fetch-Site": "cross-site" },
      accepted,
    ],
    ["Sec-Fetch-Site: same-origin", { "Sec-Fetch-Site": "same-origin" }, accepted],
    [
      "Sec-Fetch-Site: same-origin and an opaque origin",
      { "Sec-Fetch-Site": "same-origin", Origin: "null" },
      accepted,
    ],
    ["another origin", { Origin: "https://evil.example" }, refused],
    ["an opaque origin", { Origin: "null" }, refused],
    ["an empty origin", { Origin: "" }, refused],
    [
      "an origin of the same site",
      { "Sec-Fetch-Site": "same-site", Origin: "https://x.app.example" },
      refused,
    ],
    ["Sec-Fetch-Site: cross-site and no Origin", { "Sec-Fetch-Site": "cross-site" }, refused],
    ["Sec-Fetch-Site: none", { "Sec-Fetch-Site": "none" }, refused],
    ["the public host over http", { Origin: "http://app.example" }, refused],
    ["the public host on another port", { Origin: "https://app.example:8443" }, refused],
    ["a host that starts with the public host", { Origin: "https://app.example.evil.example" }, refused],
    ["the public origin with a path", { Origin: "https://app.example/" }, refused],
  ])("with %s", async (_, headers, expected) => {
    const server = await openTestServer();
    expect(await statusAndCode(await server.call("POST", "/api/auth/refresh", { headers }))).toEqual(
      expected,
    );
  });

  test.each<[string, string, (number | string)[]]>([
    ["http://localhost:4000", "http://localhost:4000", accepted],
    ["http://localhost:4000", "http://127.0.0.1:4000", accepted],
    ["http://localhost:4000", "http://[::1]:4000", accepted],
    ["http://127.0.0.1:4000", "http://localhost:4000", accepted],
    ["http://localhost:4000", "http://localhost:4001", refused],
    ["http://localhost:4000", "http://127.0.0.1", refused],
    ["http://localhost:4000", "https://localhost:4000", refused],
    ["http://localhost", "http://127.0.0.1", accepted],
  ])("with the public URL %s and the origin %s", async (publicUrl, origin, expected) => {
    const server = await openTestServer({ publicUrl });
    const response = await server.call("POST", "/api/auth/refresh", { headers: { Origin: origin } });
    expect(await statusAndCode(response)).toEqual(expected);
  });

  test("does not apply to calls with an access token", async () => {
    const server = await openTestServer();
    const token = (await server.signIn()).accessToken;
    const headers = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
    expect((await server.call("GET", "/api/auth/session", { token, headers })).status).toBe(200);
  });

  test("applies to sign-out", async () => {
    const server = await openTestServer();
    const headers = { Origin: "https://evil.example" };
    expect(await statusAndCode(await server.call("POST", "/api/auth/logout", { headers }))).toEqual(refused);
  });
});

describe("CORS", () => {
  const allowedOrigin = { Origin: ALLOWED_ORIGIN };

  test.each([
    ["an answer", "GET", "/.well-known/jwks.json"],
    ["a 401", "GET", "/api/auth/session"],
    ["a 404", "GET", "/api/nothing"],
    ["a 405", "PUT", "/api/auth/refresh"],
    ["a preflight", "OPTIONS", "/api/auth/refresh"],
  ])("gives an allowed origin credentials on %s", async (_, method, path) => {
    const server = await openTestServer();
    const { headers } = await server.call(method, path, { headers: allowedOrigin });
    expect(headers.get("access-control-allow-origin")).toBe(ALLOWED_ORIGIN);
    expect(headers.get("access-control-allow-credentials")).toBe("true");
    expect(headers.get("access-control-expose-headers")).toBe("ETag, Retry-After, DPoP-Nonce");
    expect(headers.get("vary")).toBe("Origin");
  });

  test("lists the allowed headers and methods in a preflight", async () => {
    const server = await openTestServer();
    const { status, headers } = await server.call("OPTIONS", "/api/accounts/me/security", {
      headers: { ...allowedOrigin, "Access-Control-Request-Method": "PATCH" },
    });
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-headers")).toBe(
      "Authorization, Content-Type, Curfew-Account, DPoP, If-Match",
    );
    expect(headers.get("access-control-allow-methods")).toBe("GET, HEAD, POST, PUT, PATCH, DELETE");
  });

  test.each([
    "https://evil.example",
    "null",
    "https://console.example.evil.example",
    "http://console.example",
  ])("gives the origin %s no headers", async (origin) => {
    const server = await openTestServer();
    for (const method of ["GET", "OPTIONS"]) {
      const response = await server.call(method, "/api/auth/session", { headers: { Origin: origin } });
      expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });

  test("adds no headers if no origin is allowed", async () => {
    const server = await openTestServer({ allowedOrigins: [] });
    const { headers } = await server.call("GET", "/api/auth/session", { headers: allowedOrigin });
    expect([headers.has("vary"), headers.has("access-control-allow-origin")]).toEqual([false, false]);
  });
});
