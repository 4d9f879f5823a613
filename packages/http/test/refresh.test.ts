import { clock } from "@curfew/sql";
import { describe, expect, test } from "vitest";
import { createDpopKey } from "./support/dpop-key.js";
import { faultsOf, jsonOf, type Problem, statusAndCode } from "./support/responses.js";
import { openTestServer } from "./support/test-server.js";

const REFRESH = "/api/auth/refresh";

describe("refresh", () => {
  test("with a cookie answers the grant and sets a new cookie", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    await server.clock.advance(60_000);
    const response = await server.call("POST", REFRESH, { cookie: grant.refreshToken });
    expect(response.status).toBe(200);
    const body = await jsonOf(response);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: "Bearer",
      expires_in: 300,
      session: {
        id: grant.session.id,
        started_at: "2026-01-05T09:00:00.000Z",
        last_active_at: "2026-01-05T09:01:00.000Z",
        idle_minutes: 60,
        absolute_minutes: 1440,
        idle_expires_at: "2026-01-05T10:01:00.000Z",
        absolute_expires_at: "2026-01-06T09:00:00.000Z",
        idle_expires_in_ms: 3_600_000,
        absolute_expires_in_ms: 86_340_000,
      },
      user: {
        id: grant.user.id,
        name: "Ada",
        email: `${grant.user.id}@acme.example`,
        role: "owner",
        account: { id: server.accountId, name: "Acme" },
      },
    });
    const cookie = response.headers.get("set-cookie");
    expect(cookie).toMatch(
      /^__Host-curfew_refresh=cft1\.[\w.-]+; Max-Age=86340; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(cookie).not.toContain(grant.refreshToken);
  });

  test("that is committed is answered although the database then fails", async () => {
    const server = await openTestServer({
      accountName: async () => ((await server.database.read(clock)) > 0 ? "Acme" : ""),
      wrapEngine: (curfew) => ({
        ...curfew,
        sessions: {
          ...curfew.sessions,
          async refresh(...call) {
            const grant = await curfew.sessions.refresh(...call);
            await server.database.close();
            return grant;
          },
        },
      }),
    });
    const grant = await server.signIn();
    const response = await server.call("POST", REFRESH, { cookie: grant.refreshToken });
    expect(response.status).toBe(200);
    expect(await jsonOf(response)).toMatchObject({ user: { account: { name: "Acme" } } });
  });

  test("with a token in the body answers the new one in the body and sets no cookie", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    const response = await server.call("POST", REFRESH, { json: { refresh_token: grant.refreshToken } });
    expect(response.status).toBe(200);
    expect(response.headers.has("set-cookie")).toBe(false);
    const body = await jsonOf(response);
    expect(body["refresh_token"]).toMatch(/^cft1\./);
    expect(body["refresh_token"]).not.toBe(grant.refreshToken);
  });

  test("prefers the token in the body to the cookie", async () => {
    const server = await openTestServer();
    const [inBody, inCookie] = [await server.signIn(), await server.signIn()];
    const response = await server.call("POST", REFRESH, {
      cookie: inCookie.refreshToken,
      json: { refresh_token: inBody.refreshToken },
    });
    expect((await jsonOf<{ session: { id: string } }>(response)).session.id).toBe(inBody.session.id);
    expect(response.headers.has("set-cookie")).toBe(false);
  });

  test.each([
    ["no token", {}],
    ["an empty cookie", { cookie: "" }],
    ["an invalid token", { json: { refresh_token: "nonsense" } }],
    ["an empty token", { json: { refresh_token: "" } }],
  ])("with %s answers 401 unauthenticated and keeps the cookie", async (_, call) => {
    const server = await openTestServer();
    const response = await server.call("POST", REFRESH, call);
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="curfew"');
    expect(await statusAndCode(response)).toEqual([401, "unauthenticated"]);
  });

  test("of an expired session answers 401 session_expired with reason and time, and keeps the cookie", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    await server.clock.advance(3_600_000);
    const response = await server.call("POST", REFRESH, { cookie: grant.refreshToken });
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await jsonOf<Problem>(response)).toEqual({
      type: "urn:curfew:problem:session_expired",
      title: "The session has expired",
      status: 401,
      detail: "The session was inactive for too long.",
      code: "session_expired",
      reason: "idle",
      ended_at: "2026-01-05T10:00:00.000Z",
    });
  });

  test("of a revoked session answers 401 session_revoked with reason and time", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    await server.clock.advance(5_000);
    await server.curfew.sessions.signOut(grant.refreshToken);
    const response = await server.call("POST", REFRESH, { json: { refresh_token: grant.refreshToken } });
    expect(await jsonOf<Problem>(response)).toMatchObject({
      status: 401,
      code: "session_revoked",
      reason: "signed_out",
      ended_at: "2026-01-05T09:00:05.000Z",
    });
  });

  test("counts the idle deadline from the reported last activity", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    await server.clock.advance(1_800_000);
    const response = await server.call("POST", REFRESH, {
      cookie: grant.refreshToken,
      json: { idle_for_seconds: 600 },
    });
    const { session } = await jsonOf<{ session: Record<string, unknown> }>(response);
    expect(session["last_active_at"]).toBe("2026-01-05T09:20:00.000Z");
    expect(session["idle_expires_at"]).toBe("2026-01-05T10:20:00.000Z");
  });

  test.each([0, 15.0, Number.MAX_SAFE_INTEGER])("accepts %d idle seconds", async (idle) => {
    const server = await openTestServer();
    const grant = await server.signIn();
    const response = await server.call("POST", REFRESH, {
      cookie: grant.refreshToken,
      json: { idle_for_seconds: idle },
    });
    expect(response.status).toBe(200);
  });

  test.each([
    ["-1", "out_of_range"],
    ["1e300", "out_of_range"],
    ["15.5", "wrong_type"],
    ["1e400", "wrong_type"],
    ['"15"', "wrong_type"],
    ["true", "wrong_type"],
    ["null", "wrong_type"],
    ["[]", "wrong_type"],
    ["{}", "wrong_type"],
  ])("refuses %s idle seconds as %s", async (text, code) => {
    const server = await openTestServer();
    const response = await server.call("POST", REFRESH, {
      headers: { "Content-Type": "application/json" },
      body: `{"idle_for_seconds": ${text}}`,
    });
    expect(response.status).toBe(422);
    expect(await faultsOf(response)).toEqual([`idle_for_seconds: ${code}`]);
  });

  describe("of a bound session", () => {
    test("requires a proof of the same key", async () => {
      const server = await openTestServer();
      const [key, other] = [await createDpopKey(), await createDpopKey("EdDSA")];
      const grant = await server.signIn({ keyThumbprint: key.thumbprint });
      const refresh = (headers: Record<string, string>) =>
        server.call("POST", REFRESH, { cookie: grant.refreshToken, headers });

      const without = await refresh({});
      expect(without.headers.get("www-authenticate")).toBe(
        'DPoP error="invalid_dpop_proof", algs="ES256 EdDSA Ed25519"',
      );
      expect(await statusAndCode(without)).toEqual([401, "invalid_proof"]);
      const wrong = await refresh({ DPoP: await other.prove(server.clock.now()) });
      expect(await statusAndCode(wrong)).toEqual([401, "invalid_proof"]);
      const right = await refresh({ DPoP: await key.prove(server.clock.now()) });
      expect(right.status).toBe(200);
    });

    test("refuses a replayed proof", async () => {
      const server = await openTestServer();
      const key = await createDpopKey();
      const grant = await server.signIn({ keyThumbprint: key.thumbprint });
      const proof = await key.prove(server.clock.now());
      const refresh = () =>
        server.call("POST", REFRESH, { cookie: grant.refreshToken, headers: { DPoP: proof } });
      expect((await refresh()).status).toBe(200);
      expect(await statusAndCode(await refresh())).toEqual([401, "invalid_proof"]);
    });

    test("asks a client with a wrong clock for a nonce, and accepts its proof with the nonce", async () => {
      const server = await openTestServer();
      const key = await createDpopKey();
      const grant = await server.signIn({ keyThumbprint: key.thumbprint });
      const iat = Math.floor(server.clock.now() / 1000) - 86_400;
      const first = await server.call("POST", REFRESH, {
        cookie: grant.refreshToken,
        headers: { DPoP: await key.prove(0, { iat }) },
      });
      const nonce = first.headers.get("dpop-nonce");
      expect(first.headers.get("www-authenticate")).toBe(
        'DPoP error="use_dpop_nonce", algs="ES256 EdDSA Ed25519"',
      );
      expect(await statusAndCode(first)).toEqual([401, "use_dpop_nonce"]);
      expect(nonce).toMatch(/^[\w-]+$/);
      const second = await server.call("POST", REFRESH, {
        cookie: grant.refreshToken,
        headers: { DPoP: await key.prove(0, { iat, nonce }) },
      });
      expect(second.status).toBe(200);
      expect(second.headers.has("dpop-nonce")).toBe(false);
    });
  });

  test("during an outage answers 503 with Retry-After and keeps the cookie", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    await server.database.close();
    const response = await server.call("POST", REFRESH, { cookie: grant.refreshToken });
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(response.headers.has("www-authenticate")).toBe(false);
    expect(await statusAndCode(response)).toEqual([503, "unavailable"]);
  });
});

describe("a refresh of an unbound session", () => {
  const HOME = "192.0.2.1";
  const THIEF = "2001:db8:1:2::1";

  async function openSession() {
    const server = await openTestServer();
    const grant = await server.signIn();
    const refresh = async (refresh_token: string, ip: string, userAgent = "curl/8.5.0") => {
      const headers = { "x-test-ip": ip, "user-agent": userAgent };
      return jsonOf(await server.call("POST", REFRESH, { json: { refresh_token }, headers }));
    };
    const events = async (type: "session.token_shared" | "session.device_changed") =>
      (await server.curfew.events.list({ accountId: server.accountId, type, limit: 9, after: null })).items;
    return { server, grant, refresh, events };
  }

  test("whose previous token comes from another network at three rotations in a row ends as token_reused", async () => {
    const { server, grant, refresh, events } = await openSession();
    let token = grant.refreshToken;
    for (const rotation of [1, 2, 3]) {
      server.clock.stall(60_000);
      const current = await refresh(token, HOME);
      server.clock.stall(1000);
      const shadow = await refresh(token, THIEF);
      if (rotation < 3) expect(shadow["refresh_token"]).toBe(current["refresh_token"]);
      else expect(shadow).toMatchObject({ code: "session_revoked", reason: "token_reused" });
      token = String(current["refresh_token"]);
    }
    expect(await refresh(token, HOME)).toMatchObject({ code: "session_revoked", reason: "token_reused" });
    expect(await events("session.token_shared")).toMatchObject([
      {
        actor: null,
        sessionId: grant.session.id,
        ip: THIEF,
        details: { user_id: grant.user.id, device: "curl" },
      },
    ]);
  });

  test("on another device than before records session.device_changed, at most once an hour", async () => {
    const { server, grant, refresh, events } = await openSession();
    let token = grant.refreshToken;
    for (const [minutes, userAgent] of [
      [0, "curl/8.5.0"],
      [1, "curl/9.0.0"],
      [1, "python-requests/2.32.3"],
      [1, "curl/8.5.0"],
      [58, "python-requests/2.32.3"],
      [1, "curl/8.5.0"],
    ] as const) {
      server.clock.stall(minutes * 60_000);
      token = String((await refresh(token, HOME, userAgent))["refresh_token"]);
    }
    expect(await events("session.device_changed")).toMatchObject([
      { details: { before: "python-requests", after: "curl" }, ip: HOME },
      { details: { before: "curl", after: "python-requests" }, sessionId: grant.session.id },
    ]);
  });
});
