import { describe, expect, test } from "vitest";
import { createKey } from "./world/proofs.js";
import { faults, jsonOf, type Problem, refusal } from "./world/reading.js";
import { openWorld } from "./world/world.js";

const REFRESH = "/api/auth/refresh";

describe("refresh", () => {
  test("answers the body of sign-in, and a new cookie for a token that came in one", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    await world.clock.advance(60_000);
    const response = await world.call("POST", REFRESH, { cookie: grant.refreshToken });
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
        account: { id: world.accountId, name: "Acme" },
      },
    });
    const cookie = response.headers.get("set-cookie");
    expect(cookie).toMatch(
      /^__Host-curfew_refresh=cft1\.[\w.-]+; Max-Age=86340; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(cookie).not.toContain(grant.refreshToken);
  });

  test("answers the token in the body, and sets no cookie, where it came in the body", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    const response = await world.call("POST", REFRESH, { json: { refresh_token: grant.refreshToken } });
    expect(response.status).toBe(200);
    expect(response.headers.has("set-cookie")).toBe(false);
    const body = await jsonOf(response);
    expect(body["refresh_token"]).toMatch(/^cft1\./);
    expect(body["refresh_token"]).not.toBe(grant.refreshToken);
  });

  test("takes the token in the body before the one in the cookie", async () => {
    const world = await openWorld();
    const [inBody, inCookie] = [await world.signIn(), await world.signIn()];
    const response = await world.call("POST", REFRESH, {
      cookie: inCookie.refreshToken,
      json: { refresh_token: inBody.refreshToken },
    });
    expect((await jsonOf<{ session: { id: string } }>(response)).session.id).toBe(inBody.session.id);
    expect(response.headers.has("set-cookie")).toBe(false);
  });

  test.each([
    ["nothing", {}],
    ["an empty cookie", { cookie: "" }],
    ["a token that is none", { json: { refresh_token: "nonsense" } }],
    ["an empty token", { json: { refresh_token: "" } }],
  ])("refuses %s as unauthenticated, and leaves the cookie alone", async (_, call) => {
    const world = await openWorld();
    const response = await world.call("POST", REFRESH, call);
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="curfew"');
    expect(await refusal(response)).toEqual([401, "unauthenticated"]);
  });

  test("tells of an expired session when and why it expired, and leaves the cookie alone", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    await world.clock.advance(3_600_000);
    const response = await world.call("POST", REFRESH, { cookie: grant.refreshToken });
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

  test("tells of a revoked session when and why it was revoked", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    await world.clock.advance(5_000);
    await world.curfew.sessions.signOut(grant.refreshToken);
    const response = await world.call("POST", REFRESH, { json: { refresh_token: grant.refreshToken } });
    expect(await jsonOf<Problem>(response)).toMatchObject({
      status: 401,
      code: "session_revoked",
      reason: "signed_out",
      ended_at: "2026-01-05T09:00:05.000Z",
    });
  });

  test("moves the idle deadline to when the person was last there", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    await world.clock.advance(1_800_000);
    const response = await world.call("POST", REFRESH, {
      cookie: grant.refreshToken,
      json: { idle_for_seconds: 600 },
    });
    const { session } = await jsonOf<{ session: Record<string, unknown> }>(response);
    expect(session["last_active_at"]).toBe("2026-01-05T09:20:00.000Z");
    expect(session["idle_expires_at"]).toBe("2026-01-05T10:20:00.000Z");
  });

  test.each([0, 15.0, Number.MAX_SAFE_INTEGER])("takes %d idle seconds", async (idle) => {
    const world = await openWorld();
    const grant = await world.signIn();
    const response = await world.call("POST", REFRESH, {
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
    const world = await openWorld();
    const response = await world.call("POST", REFRESH, {
      headers: { "Content-Type": "application/json" },
      body: `{"idle_for_seconds": ${text}}`,
    });
    expect(response.status).toBe(422);
    expect(await faults(response)).toEqual([`idle_for_seconds: ${code}`]);
  });

  describe("of a bound session", () => {
    test("needs a proof of the same key", async () => {
      const world = await openWorld();
      const [key, other] = [await createKey(), await createKey("EdDSA")];
      const grant = await world.signIn({ keyThumbprint: key.thumbprint });
      const refresh = (headers: Record<string, string>) =>
        world.call("POST", REFRESH, { cookie: grant.refreshToken, headers });

      const without = await refresh({});
      expect(without.headers.get("www-authenticate")).toBe(
        'DPoP error="invalid_dpop_proof", algs="ES256 EdDSA"',
      );
      expect(await refusal(without)).toEqual([401, "invalid_proof"]);
      const wrong = await refresh({ DPoP: await other.prove(world.clock.now()) });
      expect(await refusal(wrong)).toEqual([401, "invalid_proof"]);
      const right = await refresh({ DPoP: await key.prove(world.clock.now()) });
      expect(right.status).toBe(200);
    });

    test("refuses a proof that was used before", async () => {
      const world = await openWorld();
      const key = await createKey();
      const grant = await world.signIn({ keyThumbprint: key.thumbprint });
      const proof = await key.prove(world.clock.now());
      const refresh = () =>
        world.call("POST", REFRESH, { cookie: grant.refreshToken, headers: { DPoP: proof } });
      expect((await refresh()).status).toBe(200);
      expect(await refusal(await refresh())).toEqual([401, "invalid_proof"]);
    });

    test("asks a client with a wrong clock for a nonce, and then its clock does not matter", async () => {
      const world = await openWorld();
      const key = await createKey();
      const grant = await world.signIn({ keyThumbprint: key.thumbprint });
      const iat = Math.floor(world.clock.now() / 1000) - 86_400;
      const first = await world.call("POST", REFRESH, {
        cookie: grant.refreshToken,
        headers: { DPoP: await key.prove(0, { iat }) },
      });
      const nonce = first.headers.get("dpop-nonce");
      expect(first.headers.get("www-authenticate")).toBe('DPoP error="use_dpop_nonce", algs="ES256 EdDSA"');
      expect(await refusal(first)).toEqual([401, "use_dpop_nonce"]);
      expect(nonce).toMatch(/^[\w-]+$/);
      const second = await world.call("POST", REFRESH, {
        cookie: grant.refreshToken,
        headers: { DPoP: await key.prove(0, { iat, nonce }) },
      });
      expect(second.status).toBe(200);
      expect(second.headers.has("dpop-nonce")).toBe(false);
    });
  });

  test("answers an outage as 503 with Retry-After, and leaves the cookie alone", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    await world.database.close();
    const response = await world.call("POST", REFRESH, { cookie: grant.refreshToken });
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(response.headers.has("www-authenticate")).toBe(false);
    expect(await refusal(response)).toEqual([503, "unavailable"]);
  });
});
