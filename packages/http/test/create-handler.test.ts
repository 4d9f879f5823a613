import { CurfewError } from "@curfew/core";
import { describe, expect, test } from "vitest";
import { createHandler, HttpProblem } from "../src/index.js";
import { createDpopKey } from "./support/dpop-key.js";
import { jsonOf, type Problem, statusAndCode } from "./support/responses.js";
import { ada, ben, openTokenHandler, PUBLIC_URL, requestFor } from "./support/test-handler.js";

const url = (path: string) => new URL(`${PUBLIC_URL}${path}`);

describe("the paths of a handler", () => {
  test.each([
    ["/api", "/api/auth/session"],
    ["/tenants/curfew", "/tenants/curfew/auth/session"],
    ["", "/auth/session"],
  ])("stand under the base path %j", async (basePath, path) => {
    const { sessions, call } = await openTokenHandler({ basePath });
    expect([sessions.handles(url(path)), sessions.handles(requestFor("GET", `${path}?x=1`))]).toEqual([
      true,
      true,
    ]);
    expect(await statusAndCode(await call("GET", path))).toEqual([401, "unauthenticated"]);
    expect(await statusAndCode(await call("PUT", path))).toEqual([405, "method_not_allowed"]);
    expect((await call("PUT", path)).headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    expect((await call("OPTIONS", path)).status).toBe(204);
  });

  test.each(["/api/", "api", "/api?x", "//"])("can't begin with %j", async (basePath) => {
    const { curfew, secret } = await openTokenHandler();
    const options = { curfew, publicUrl: PUBLIC_URL, secrets: [secret], accountName: () => "" };
    expect(() => createHandler({ ...options, basePath })).toThrow("basePath");
  });

  test.each(["localhost:3000", "app.example", "", undefined])(
    "can't be those of the public URL %j, from whose pages no call could come",
    async (publicUrl) => {
      const { curfew, secret } = await openTokenHandler();
      const options = { curfew, publicUrl: publicUrl as string, secrets: [secret], accountName: () => "" };
      expect(() => createHandler(options)).toThrow(
        `publicUrl must begin with https:// or http://, as browsers see it: ${publicUrl}`,
      );
    },
  );

  test.each<[string, object]>([
    ["curfew must be what createCurfew returns", { curfew: undefined }],
    ["secrets must be a list of one or more Uint8Array of 32 bytes or more", { secrets: undefined }],
    ["secrets must be", { secrets: [] }],
    ["secrets must be", { secrets: new Uint8Array(32) }],
    ["secrets must be", { secrets: "x".repeat(32) }],
    ["secrets must be", { secrets: [new Uint8Array(31)] }],
    ["secrets must be", { secrets: [new Uint8Array(32), "x".repeat(32)] }],
    ["accountName must be given", { accountName: undefined }],
    ["accountName must be a function", { accountName: "Acme" }],
    ["clientIp must be a function", { clientIp: "127.0.0.1" }],
    ["onError must be a function", { onError: true }],
    ["hostSession must be a function", { hostSession: null }],
    ["onSignOut must be a function", { onSignOut: {} }],
    ["allowedOrigins must be a list", { allowedOrigins: "https://app.example" }],
    ["allowedOrigins must begin with https:// or http://", { allowedOrigins: [""] }],
    ["allowedOrigins must begin with https:// or http://", { allowedOrigins: ["null"] }],
  ])("are not served where %s (%#)", async (message, faulty) => {
    const { curfew, secret } = await openTokenHandler();
    const options = { curfew, publicUrl: PUBLIC_URL, secrets: [secret], accountName: () => "" };
    expect(() => createHandler({ ...options, ...faulty } as never)).toThrow(message);
  });

  test.each(["/", "/api", "/api/", "/api/nothing", "/api/auth/session/", "/apiauth/session", "/notes"])(
    "are not %s, which is a 404 problem",
    async (path) => {
      const { sessions, call } = await openTokenHandler();
      expect(sessions.handles(url(path))).toBe(false);
      expect(await statusAndCode(await call("GET", path))).toEqual([404, "not_found"]);
    },
  );

  test("have the keys of access tokens in the place that RFC 8615 gives them", async () => {
    const { call } = await openTokenHandler({ basePath: "/curfew" });
    expect(await jsonOf(await call("GET", "/.well-known/jwks.json"))).toMatchObject({
      keys: [{ kty: "OKP" }],
    });
  });

  test.each(["42", "a/b", "%2F", "Zoë·🔑", "x".repeat(255), " ", "a?b#c"])(
    "take the host's id %j, percent-encoded",
    async (id) => {
      const { curfew, call } = await openTokenHandler();
      const owner = await curfew.sessions.start({ accountId: "acme/1", user: ada });
      await curfew.sessions.start({ accountId: "acme/1", user: { ...ben, id } });
      const headers = { Authorization: `Bearer ${owner.accessToken}` };
      const path = `/api/accounts/me/security/users/${encodeURIComponent(id)}/revoke-sessions`;
      expect(await jsonOf(await call("POST", path, { headers }))).toEqual({ revoked_count: 1 });
    },
  );

  test.each(["%00", "%zz", encodeURIComponent("x".repeat(256))])("have no user %s", async (id) => {
    const { curfew, call } = await openTokenHandler();
    const owner = await curfew.sessions.start({ accountId: "acme", user: ada });
    const headers = { Authorization: `Bearer ${owner.accessToken}` };
    const response = await call("POST", `/api/accounts/me/security/users/${id}/revoke-sessions`, { headers });
    expect(await statusAndCode(response)).toEqual([404, "not_found"]);
  });

  test("answer as the contract says: no-store, and CORS for the allowed origins alone", async () => {
    const { call } = await openTokenHandler({ allowedOrigins: ["https://console.example"] });
    const headersFor = async (Origin: string) =>
      (await call("GET", "/api/auth/session", { headers: { Origin } })).headers;
    const allowed = await headersFor("https://console.example");
    expect(allowed.get("access-control-allow-origin")).toBe("https://console.example");
    expect(allowed.get("cache-control")).toBe("no-store");
    const other = await headersFor("https://evil.example");
    expect([other.has("access-control-allow-origin"), other.get("vary")]).toEqual([false, "Origin"]);
  });
});

test("close ends the open event streams, begins none, and has each connection closed after its answer", async () => {
  const { sessions, curfew, call } = await openTokenHandler();
  const { accessToken } = await curfew.sessions.start({ accountId: "acme", user: ada });
  const headers = { Authorization: `Bearer ${accessToken}` };
  const stream = await call("GET", "/api/auth/events", { headers });
  expect((await call("GET", "/api/auth/session", { headers })).headers.has("connection")).toBe(false);
  sessions.close();
  expect(await stream.text()).toContain("event: session.state");
  expect(await statusAndCode(await call("GET", "/api/auth/events", { headers }))).toEqual([
    503,
    "unavailable",
  ]);
  for (const path of ["/api/auth/events", "/api/auth/session", "/api/elsewhere"])
    expect((await call("GET", path, { headers })).headers.get("connection")).toBe("close");
});

describe("signIn", () => {
  const login = { accountId: "acme", user: ada };

  test("begins a session with device and cookie, and ends the one of the old cookie", async () => {
    const { sessions, curfew } = await openTokenHandler({ clientIp: () => "192.0.2.7" });
    const old = await curfew.sessions.start(login);
    const headers = { Cookie: `__Host-curfew_refresh=${old.refreshToken}`, "User-Agent": "curl/8.5.0" };
    const response = await sessions.signIn(requestFor("POST", "/login", { headers }), login);
    const body = await jsonOf<{ session: { id: string }; user: { account: { name: string } } }>(response);
    expect([response.status, body.user.account.name, "refresh_token" in body]).toEqual([200, "Acme", false]);
    expect(response.headers.get("set-cookie")).toMatch(/^__Host-curfew_refresh=cft1\..*; SameSite=Strict$/);
    const { session } = await curfew.sessions.get("acme", body.session.id);
    expect(session.device).toEqual({ label: "curl", userAgent: "curl/8.5.0", ip: "192.0.2.7" });
    await expect(curfew.sessions.get("acme", old.session.id)).rejects.toMatchObject({
      details: { reason: "signed_out" },
    });
  });

  test("with the transport body answers the refresh token there, and sets no cookie", async () => {
    const { sessions } = await openTokenHandler();
    const response = await sessions.signIn(requestFor("POST", "/login"), login, { transport: "body" });
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await jsonOf(response)).toMatchObject({ refresh_token: expect.stringMatching(/^cft1\./) });
  });

  test("binds the client's key, and refuses a faulty proof", async () => {
    const { sessions, curfew, clock } = await openTokenHandler();
    const key = await createDpopKey();
    const DPoP = await key.prove(clock.now(), { htu: `${PUBLIC_URL}/login` });
    const request = () => requestFor("POST", "/login", { headers: { DPoP } });
    const { session } = await jsonOf<{ session: { id: string } }>(await sessions.signIn(request(), login));
    expect((await curfew.sessions.get("acme", session.id)).session.keyThumbprint).toBe(key.thumbprint);
    expect(await statusAndCode(await sessions.signIn(request(), login))).toEqual([401, "invalid_proof"]);
  });

  test("refuses pages of other sites, but for the way back from an identity provider", async () => {
    const { sessions } = await openTokenHandler();
    const headers = { "Sec-Fetch-Site": "cross-site" };
    const from = async (method: string) =>
      (await sessions.signIn(requestFor(method, "/login", { headers }), login)).status;
    expect([await from("POST"), await from("GET")]).toEqual([403, 200]);
  });

  test("answers a refusal as a problem", async () => {
    const { sessions, setDown } = await openTokenHandler();
    const bad = await sessions.signIn(requestFor("POST", "/login"), {
      ...login,
      user: { ...ada, role: "x" as never },
    });
    expect(await jsonOf<Problem>(bad)).toMatchObject({ status: 422, errors: [{ field: "user.role" }] });
    setDown(true);
    expect((await sessions.signIn(requestFor("POST", "/login"), login)).status).toBe(503);
  });

  test("takes the cookie's SameSite from the host, for pages that are reached from mail", async () => {
    const { sessions } = await openTokenHandler({ cookie: { name: "mine", sameSite: "lax" } });
    const response = await sessions.signIn(requestFor("POST", "/login"), login);
    expect(response.headers.get("set-cookie")).toMatch(/^__Host-mine=.*; SameSite=Lax$/);
  });
});

describe("problem", () => {
  test("answers errors of both kinds by their shape, also those of another copy of the package", async () => {
    const { sessions } = await openTokenHandler();
    const details = { reason: "idle" as const, endedAt: 0 };
    const copied = Object.assign(new Error("session_expired"), {
      name: "CurfewError",
      code: "session_expired",
      details,
    });
    for (const error of [new CurfewError("session_expired", details), copied]) {
      const response = sessions.problem(error);
      expect(response?.headers.get("content-type")).toBe("application/problem+json");
      expect(await jsonOf(response as Response)).toMatchObject({
        code: "session_expired",
        reason: "idle",
        ended_at: "1970-01-01T00:00:00.000Z",
      });
    }
    const problem = Object.assign(new Error("no"), { name: "HttpProblem", code: "email_taken", options: {} });
    for (const error of [new HttpProblem("email_taken", { detail: "no" }), problem])
      expect(await jsonOf(sessions.problem(error) as Response)).toMatchObject({ status: 409, detail: "no" });
  });

  test.each([
    new Error("a bug"),
    null,
    "text",
    { code: "forbidden" },
    { name: "HttpProblem", code: "made_up", options: {} },
    { name: "HttpProblem", code: "forbidden" },
    { name: "HttpProblem", code: "toString", options: {} },
  ])("is null for any other error: %j", async (error) => {
    const { sessions } = await openTokenHandler();
    expect(sessions.problem(error)).toBe(null);
  });
});
