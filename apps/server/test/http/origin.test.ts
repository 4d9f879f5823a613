import { beforeAll, describe, expect, test } from "vitest";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { newOwner } from "../harness/people.js";
import { type Answer, send } from "../harness/send.js";
import { useService } from "../harness/service.js";
import type { Visitor } from "../harness/visitor.js";

const ALLOWED = "https://app.example.com";
const ALSO_ALLOWED = "https://admin.example.org:8443";
const service = useService({ CURFEW_ALLOWED_ORIGINS: `${ALLOWED},${ALSO_ALLOWED}` });
const secure = useService({ CURFEW_PUBLIC_URL: "https://curfew.example.com" });

/** The calls that read or set the cookie. */
const GUARDED = [
  "/api/auth/register",
  "/api/auth/login",
  "/api/auth/refresh",
  "/api/auth/logout",
  "/api/auth/invitation",
  "/api/auth/accept-invitation",
  "/api/users/me/password",
];

const post = (path: string, headers: Record<string, string>, to = service()): Promise<Answer> =>
  send(to, { method: "POST", path, headers, json: {} });

const isCrossOrigin = (answer: Answer): boolean =>
  answer.status === 403 && answer.text.includes('"code":"cross_origin"');

describe.each(GUARDED)("calls that read or set the cookie: %s", (path) => {
  test("Sec-Fetch-Site: same-origin passes, whatever the Origin says", async () => {
    expect(isCrossOrigin(await post(path, { "sec-fetch-site": "same-origin" }))).toBe(false);
    expect(
      isCrossOrigin(await post(path, { "sec-fetch-site": "same-origin", origin: "https://evil.example" })),
    ).toBe(false);
  });

  test.each(["cross-site", "same-site", "none", "nonsense"])(
    "Sec-Fetch-Site: %s passes with an Origin of ours alone",
    async (site) => {
      const headers = { "sec-fetch-site": site };
      expect(isCrossOrigin(await post(path, { ...headers, origin: ALLOWED }))).toBe(false);
      expectProblem(await post(path, { ...headers, origin: "https://evil.example" }), 403, "cross_origin");
      expectProblem(await post(path, headers), 403, "cross_origin");
    },
  );

  test("an Origin of ours passes: the public URL, its loopback names, the allowed ones", async () => {
    const { port } = service();
    const ours = [
      `http://localhost:${port}`,
      `http://127.0.0.1:${port}`,
      `http://[::1]:${port}`,
      ALLOWED,
      ALSO_ALLOWED,
    ];
    for (const origin of ours) expect(isCrossOrigin(await post(path, { origin })), origin).toBe(false);
  });

  test("any other Origin is cross_origin: near misses, null and the empty one", async () => {
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

  test("neither header is not a browser, and passes", async () => {
    expect(isCrossOrigin(await post(path, {}))).toBe(false);
  });
});

describe("calls that read or set the cookie: what a refusal leaves", () => {
  test("a cross-site refresh neither rotates nor touches the cookie", async () => {
    const owner = await newOwner(service());
    const answer = await owner.refresh({}, { headers: { origin: "https://evil.example" } });
    expectProblem(answer, 403, "cross_origin");
    expect(answer.setCookies).toEqual([]);
    expectStatus(await owner.refresh(), 200);
  });

  test("a cross-site logout ends nothing", async () => {
    const owner = await newOwner(service());
    expectProblem(
      await owner.post("/api/auth/logout", {}, { headers: { "sec-fetch-site": "cross-site" } }),
      403,
      "cross_origin",
    );
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("Host and forwarded headers make no origin ours", async () => {
    const headers = {
      origin: "https://evil.example",
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "https",
    };
    expectProblem(await post("/api/auth/login", headers), 403, "cross_origin");
  });

  test("a public URL that is not localhost has no loopback names", async () => {
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

  test("calls with a bearer token alone don't ask for an origin", async () => {
    const owner = await newOwner(service());
    const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expectStatus(await owner.get("/api/auth/session", { headers }), 200);
    expectStatus(await owner.patch("/api/accounts/me/security", {}, { headers }), 200);
  });
});

describe("CORS with credentials on every /api call for exactly CURFEW_ALLOWED_ORIGINS", () => {
  let owner: Visitor;
  beforeAll(async () => {
    owner = await newOwner(service());
  });

  const corsHeaders = (answer: Answer): string[] =>
    Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"));

  const preflight = (path: string, origin: string, method: string): Promise<Answer> =>
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
  ])("%s %s, success or error", async (method, path) => {
    for (const origin of [ALLOWED, ALSO_ALLOWED]) {
      const answer = await owner.call(method, path, { headers: { origin } });
      expect(answer.headers["access-control-allow-origin"]).toBe(origin);
      expect(answer.headers["access-control-allow-credentials"]).toBe("true");
      expect(answer.headers["vary"]).toMatch(/\borigin\b/i);
    }
    for (const origin of ["https://evil.example", "null", `http://localhost:${service().port}`])
      expect(corsHeaders(await owner.call(method, path, { headers: { origin } })), origin).toEqual([]);
    expect(corsHeaders(await owner.call(method, path))).toEqual([]);
  });

  test("an unauthenticated call's 401 has the CORS headers too", async () => {
    const answer = await owner.get("/api/auth/session", { bearer: null, headers: { origin: ALLOWED } });
    expectProblem(answer, 401, "unauthenticated");
    expect(answer.headers["access-control-allow-origin"]).toBe(ALLOWED);
  });

  test.each([
    ["/api/auth/refresh", "POST"],
    ["/api/accounts/me/security", "PATCH"],
    ["/api/users/me/sessions/0", "DELETE"],
    ["/api/auth/session", "GET"],
  ])("a preflight for %s allows %s with the headers that clients send", async (path, method) => {
    const answer = await preflight(path, ALLOWED, method);
    expect([200, 204]).toContain(answer.status);
    expect(answer.headers["access-control-allow-origin"]).toBe(ALLOWED);
    expect(answer.headers["access-control-allow-credentials"]).toBe("true");
    expect(answer.headers["access-control-allow-methods"]).toContain(method);
    const headers = String(answer.headers["access-control-allow-headers"]).toLowerCase();
    for (const name of ["authorization", "content-type", "dpop", "if-match"]) expect(headers).toContain(name);
  });

  test("a preflight of anyone else gets nothing", async () => {
    for (const origin of ["https://evil.example", "null", `${ALLOWED}.evil.example`])
      expect(corsHeaders(await preflight("/api/auth/refresh", origin, "POST"))).toEqual([]);
  });

  test("a script of an allowed origin may read ETag, DPoP-Nonce and Retry-After", async () => {
    const answer = await owner.get("/api/accounts/me/security", { headers: { origin: ALLOWED } });
    const exposed = String(answer.headers["access-control-expose-headers"]).toLowerCase();
    for (const name of ["etag", "dpop-nonce", "retry-after"]) expect(exposed).toContain(name);
  });

  test("nothing for anyone else, on pages and probes neither", async () => {
    for (const path of ["/healthz", "/docs", "/openapi.json", "/.well-known/jwks.json", "/metrics"])
      for (const origin of ["https://evil.example", "null"])
        expect(corsHeaders(await send(service(), { path, headers: { origin } })), path).toEqual([]);
  });
});
