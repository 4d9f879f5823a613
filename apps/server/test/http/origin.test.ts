import { beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { type ApiResponse, send } from "../harness/send.js";
import { useService } from "../harness/service.js";
import { newOwner } from "../harness/users.js";

const ALLOWED = "https://app.example.com";
const ALSO_ALLOWED = "https://admin.example.org:8443";
const service = useService({ CURFEW_ALLOWED_ORIGINS: `${ALLOWED},${ALSO_ALLOWED}` });
const secure = useService({ CURFEW_PUBLIC_URL: "https://curfew.example.com" });

/** The operations that read or set the cookie. */
const GUARDED = [
  "/api/auth/register",
  "/api/auth/login",
  "/api/auth/refresh",
  "/api/auth/logout",
  "/api/auth/invitation",
  "/api/auth/accept-invitation",
  "/api/auth/password-link",
  "/api/auth/reset-password",
  "/api/users/me/password",
];

const post = (path: string, headers: Record<string, string>, to = service()): Promise<ApiResponse> =>
  send(to, { method: "POST", path, headers, json: {} });

const isCrossOrigin = (response: ApiResponse): boolean =>
  response.status === 403 && response.text.includes('"code":"cross_origin"');

describe.each(GUARDED)("operations that read or set the cookie: %s", (path) => {
  test("Sec-Fetch-Site: same-origin is accepted with any Origin", async () => {
    expect(isCrossOrigin(await post(path, { "sec-fetch-site": "same-origin" }))).toBe(false);
    expect(
      isCrossOrigin(await post(path, { "sec-fetch-site": "same-origin", origin: "https://evil.example" })),
    ).toBe(false);
  });

  test.each(["cross-site", "same-site", "none", "nonsense"])(
    "Sec-Fetch-Site: %s is accepted only with a trusted Origin",
    async (site) => {
      const headers = { "sec-fetch-site": site };
      expect(isCrossOrigin(await post(path, { ...headers, origin: ALLOWED }))).toBe(false);
      expectProblem(await post(path, { ...headers, origin: "https://evil.example" }), 403, "cross_origin");
      expectProblem(await post(path, headers), 403, "cross_origin");
    },
  );

  test("a trusted Origin is accepted: the public URL, its loopback names and the allowed origins", async () => {
    const { port } = service();
    const trusted = [
      `http://localhost:${port}`,
      `http://127.0.0.1:${port}`,
      `http://[::1]:${port}`,
      ALLOWED,
      ALSO_ALLOWED,
    ];
    for (const origin of trusted) expect(isCrossOrigin(await post(path, { origin })), origin).toBe(false);
  });

  test("any other Origin is refused as cross_origin, including near misses and null", async () => {
    const { port } = service();
    const others = [
      "null",
      "https://evil.example",
      `https://localhost:${port}`,
      `http://localhost:${port + 1}`,
      "http://localhost",
      `http://127.0.0.2:${port}`,
      "http://app.example.com",
      `${ALLOWED}.evil.example`,
      `${ALLOWED}:444`,
      `${ALLOWED}/`,
      "https://sub.app.example.com",
      "https://app-example.com",
      "https://admin.example.org",
    ];
    for (const origin of others) expectProblem(await post(path, { origin }), 403, "cross_origin");
  });

  test("a request without both headers is not from a browser, and is accepted", async () => {
    expect(isCrossOrigin(await post(path, {}))).toBe(false);
  });
});

describe("operations that read or set the cookie: the effect of a refusal", () => {
  test("a cross-site refresh neither rotates the token nor changes the cookie", async () => {
    const owner = await newOwner(service());
    const response = await owner.refresh({}, { headers: { origin: "https://evil.example" } });
    expectProblem(response, 403, "cross_origin");
    expect(response.setCookies).toEqual([]);
    expectStatus(await owner.refresh(), 200);
  });

  test("a cross-site logout ends no session", async () => {
    const owner = await newOwner(service());
    expectProblem(
      await owner.post("/api/auth/logout", {}, { headers: { "sec-fetch-site": "cross-site" } }),
      403,
      "cross_origin",
    );
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("Host and forwarded headers don't make an origin trusted", async () => {
    const headers = {
      origin: "https://evil.example",
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "https",
    };
    expectProblem(await post("/api/auth/login", headers), 403, "cross_origin");
  });

  test("loopback origins are refused unless the public URL is on localhost", async () => {
    const { port } = secure();
    for (const origin of [
      `http://127.0.0.1:${port}`,
      `http://localhost:${port}`,
      "https://127.0.0.1",
      ALLOWED,
    ])
      expectProblem(await post("/api/auth/login", { origin }, secure()), 403, "cross_origin");
    const passed = await post("/api/auth/login", { origin: "https://curfew.example.com" }, secure());
    expectProblem(passed, 422, "validation_failed");
  });

  test("operations that use only the bearer token ignore the origin", async () => {
    const owner = await newOwner(service());
    const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expectStatus(await owner.get("/api/auth/session", { headers }), 200);
    expectStatus(await owner.patch("/api/accounts/me/security", {}, { headers }), 200);
  });
});

describe("CORS with credentials on every /api call, for CURFEW_ALLOWED_ORIGINS only", () => {
  let owner: ApiClient;
  beforeAll(async () => {
    owner = await newOwner(service());
  });

  const corsHeaders = (response: ApiResponse): string[] =>
    Object.keys(response.headers).filter((name) => name.startsWith("access-control-"));

  const preflight = (path: string, origin: string, method: string): Promise<ApiResponse> =>
    send(service(), {
      method: "OPTIONS",
      path,
      headers: {
        origin,
        "access-control-request-method": method,
        "access-control-request-headers": "authorization,content-type,dpop,if-match",
      },
    });

  test.each([
    ["GET", "/api/config"],
    ["GET", "/api/auth/session"],
    ["POST", "/api/auth/refresh"],
    ["PATCH", "/api/accounts/me/security"],
    ["GET", "/api/nothing/here"],
    ["DELETE", "/api/config"],
    ["POST", "/api/auth/login"],
  ])("%s %s has the CORS headers, whether it succeeds or fails", async (method, path) => {
    for (const origin of [ALLOWED, ALSO_ALLOWED]) {
      const response = await owner.call(method, path, { headers: { origin } });
      expect(response.headers["access-control-allow-origin"]).toBe(origin);
      expect(response.headers["access-control-allow-credentials"]).toBe("true");
      expect(response.headers["vary"]).toMatch(/\borigin\b/i);
    }
    for (const origin of ["https://evil.example", "null", `http://localhost:${service().port}`])
      expect(corsHeaders(await owner.call(method, path, { headers: { origin } })), origin).toEqual([]);
    expect(corsHeaders(await owner.call(method, path))).toEqual([]);
  });

  test("the 401 of an unauthenticated call has the CORS headers", async () => {
    const response = await owner.get("/api/auth/session", { bearer: null, headers: { origin: ALLOWED } });
    expectProblem(response, 401, "unauthenticated");
    expect(response.headers["access-control-allow-origin"]).toBe(ALLOWED);
  });

  test.each([
    ["/api/auth/refresh", "POST"],
    ["/api/accounts/me/security", "PATCH"],
    ["/api/users/me/sessions/0", "DELETE"],
    ["/api/auth/session", "GET"],
  ])("a preflight for %s allows %s and the headers that clients send", async (path, method) => {
    const response = await preflight(path, ALLOWED, method);
    expect([200, 204]).toContain(response.status);
    expect(response.headers["access-control-allow-origin"]).toBe(ALLOWED);
    expect(response.headers["access-control-allow-credentials"]).toBe("true");
    expect(response.headers["access-control-allow-methods"]).toContain(method);
    const headers = String(response.headers["access-control-allow-headers"]).toLowerCase();
    for (const name of ["authorization", "content-type", "dpop", "if-match"]) expect(headers).toContain(name);
  });

  test("a preflight from any other origin gets no CORS headers", async () => {
    for (const origin of ["https://evil.example", "null", `${ALLOWED}.evil.example`])
      expect(corsHeaders(await preflight("/api/auth/refresh", origin, "POST"))).toEqual([]);
  });

  test("scripts of an allowed origin can read ETag, DPoP-Nonce and Retry-After", async () => {
    const response = await owner.get("/api/accounts/me/security", { headers: { origin: ALLOWED } });
    const exposed = String(response.headers["access-control-expose-headers"]).toLowerCase();
    for (const name of ["etag", "dpop-nonce", "retry-after"]) expect(exposed).toContain(name);
  });

  test("other origins get no CORS headers on pages and probes", async () => {
    for (const path of ["/healthz", "/docs", "/openapi.json", "/.well-known/jwks.json", "/metrics"])
      for (const origin of ["https://evil.example", "null"])
        expect(corsHeaders(await send(service(), { path, headers: { origin } })), path).toEqual([]);
  });
});
