import { describe, expect, test } from "vitest";
import { decodeToken } from "../harness/access-token.js";
import { expectFieldErrors, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { newMember, newOwner } from "../harness/users.js";
import type { AuditEvent, Page, SessionItem, SignIn } from "../harness/wire.js";

const service = useService();
const noGrace = useService({ CURFEW_ROTATION_GRACE_SECONDS: "0" });
const behindProxy = useService({ CURFEW_TRUSTED_PROXIES: "127.0.0.1" });
const strict = useService({ CURFEW_TRUSTED_PROXIES: "127.0.0.1", CURFEW_SHADOW_LIMIT: "1" });

describe("POST /api/auth/refresh", () => {
  test("answers 200 with the body of sign-in for the same session, and a new cookie", async () => {
    const owner = await newOwner(service());
    const before = { cookie: owner.refreshToken, body: owner.signedIn };
    const body = expectStatus(await owner.refresh(), 200).json<SignIn>();
    expect(Object.keys(body).sort()).toEqual(Object.keys(before.body).sort());
    expect(body.session.id).toBe(before.body.session.id);
    expect(body.session.absolute_expires_at).toBe(before.body.session.absolute_expires_at);
    expect(body.session.started_at).toBe(before.body.session.started_at);
    expect(body.user).toEqual(before.body.user);
    expect(owner.refreshToken).not.toBe(before.cookie);
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("with refresh_token in the body, the response has one and sets no cookie", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    const response = expectStatus(await owner.refresh(), 200);
    expect(response.json<SignIn>().refresh_token).toMatch(/^cft1\./);
    expect(response.setCookies).toEqual([]);
  });

  test("a token in the body takes precedence over the cookie", async () => {
    const inCookie = await newOwner(service());
    const inBody = await newOwner(service(), { transport: "body" });
    const response = await inCookie.refresh({ refresh_token: inBody.refreshToken });
    expect(expectStatus(response, 200).json<SignIn>().user.id).toBe(inBody.user.id);
    const { cookie } = { cookie: `${inBody.cookieName}=${inBody.refreshToken}` };
    const refused = await inCookie.refresh({ refresh_token: "cft1.x" }, { headers: { cookie } });
    expectProblem(refused, 401, "unauthenticated");
  });

  test("accepts a missing body and {}", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.post("/api/auth/refresh"), 200);
    expectStatus(await owner.post("/api/auth/refresh", {}), 200);
  });

  test("without any token it answers unauthenticated", async () => {
    const owner = await newOwner(service());
    expectProblem(await owner.refresh({}, { cookies: false }), 401, "unauthenticated");
  });

  test("without the cookie, an access token only gets the reason that its session ended", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const bearer = member.signedIn.access_token;
    expectProblem(await member.refresh({}, { cookies: false, bearer }), 401, "unauthenticated");
    expectProblem(await member.refresh({}, { cookies: false, bearer: `${bearer}x` }), 401, "unauthenticated");
    expectStatus(await owner.post("/api/accounts/me/security/revoke-sessions", { scope: "others" }), 200);
    expectRevoked(await member.refresh({}, { cookies: false, bearer }), "revoked_by_owner");
    expectProblem(await member.refresh({}, { cookies: false, bearer: null }), 401, "unauthenticated");
  });

  test("a 401 never changes the cookie, whatever its cause", async () => {
    const owner = await newOwner(service());
    const none = await owner.refresh({}, { cookies: false });
    const bad = await owner.refresh({}, { cookies: false, headers: { cookie: `${owner.cookieName}=bad` } });
    const cookie = `${owner.cookieName}=${owner.refreshToken}`;
    await owner.delete(`/api/users/me/sessions/${owner.sessionId}`);
    const revoked = await owner.refresh({}, { cookies: false, headers: { cookie } });
    expectRevoked(revoked, "revoked_by_user");
    for (const response of [none, bad, revoked]) expect(response.setCookies).toEqual([]);
  });

  test("the response and the access token have the current role", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    expectStatus(await owner.patch(`/api/accounts/me/members/${member.user.id}`, { role: "owner" }), 200);
    expect(expectStatus(await member.refresh(), 200).json<SignIn>().user.role).toBe("owner");
    expect(decodeToken(member.signedIn.access_token).claims["role"]).toBe("owner");
  });
});

describe("idle_for_seconds", () => {
  test("without it, the idle deadline moves to now plus the idle minutes", async () => {
    const owner = await newOwner(service());
    const before = owner.signedIn.session;
    const { session } = expectStatus(await owner.refresh(), 200).json<SignIn>();
    expect(Date.parse(session.last_active_at)).toBeGreaterThan(Date.parse(before.last_active_at));
    expect(Date.parse(session.idle_expires_at)).toBe(Date.parse(session.last_active_at) + 3_600_000);
    expect(session.absolute_expires_at).toBe(before.absolute_expires_at);
  });

  test("an idle time that reaches back before the last activity moves no deadline", async () => {
    const owner = await newOwner(service());
    const before = owner.signedIn.session;
    for (const idle_for_seconds of [60, 3_600, 86_400, 4_000_000_000]) {
      const { session } = expectStatus(await owner.refresh({ idle_for_seconds }), 200).json<SignIn>();
      expect(session.last_active_at).toBe(before.last_active_at);
      expect(session.idle_expires_at).toBe(before.idle_expires_at);
    }
  });

  test("the idle deadline never passes the absolute one", async () => {
    const owner = await newOwner(service());
    expectStatus(
      await owner.patch("/api/accounts/me/security", { idle_minutes: 30, absolute_minutes: 30 }),
      200,
    );
    expectStatus(await owner.login(), 200);
    const { session } = expectStatus(await owner.refresh({ idle_for_seconds: 0 }), 200).json<SignIn>();
    expect(session.idle_expires_at).toBe(session.absolute_expires_at);
  });

  test.each([
    [-1, "out_of_range"],
    ["60", "wrong_type"],
    [1.5, "wrong_type"],
    [true, "wrong_type"],
  ])("%j is refused, and the session is not refreshed", async (idle_for_seconds, code) => {
    const owner = await newOwner(service());
    const response = await owner.refresh({ idle_for_seconds });
    expectFieldErrors(response, { idle_for_seconds: code });
    expect(response.setCookies).toEqual([]);
  });
});

describe("unbound sessions: rotation, grace and reuse", () => {
  test("the first refresh rotates the token, and the next one within the grace returns the same", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    const first = owner.refreshToken;
    const second = expectStatus(await owner.refresh(), 200).json<SignIn>().refresh_token;
    const third = expectStatus(await owner.refresh(), 200).json<SignIn>().refresh_token;
    expect(second).not.toBe(first);
    expect(third).toBe(second);
  });

  test("the previous token gets the current one within the grace", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    const first = owner.refreshToken;
    expectStatus(await owner.refresh(), 200);
    const current = owner.refreshToken;
    const again = await owner.refresh({ refresh_token: first });
    expect(expectStatus(again, 200).json<SignIn>().refresh_token).toBe(current);
  });

  test("twenty concurrent refreshes of one token all get the same current one", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    const refresh_token = owner.refreshToken;
    const responses = await Promise.all(Array.from({ length: 20 }, () => owner.refresh({ refresh_token })));
    const tokens = responses.map((response) => expectStatus(response, 200).json<SignIn>().refresh_token);
    expect(new Set(tokens).size).toBe(1);
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("an old token after the grace ends the session as token_reused, for the current token too", async () => {
    const owner = await newOwner(noGrace(), { transport: "body" });
    const first = owner.refreshToken;
    expectStatus(await owner.refresh(), 200);
    const thief = await owner.refresh({ refresh_token: first });
    const endedAt = expectRevoked(thief, "token_reused");
    expect(expectRevoked(await owner.refresh(), "token_reused")).toBe(endedAt);
    expectRevoked(await owner.get("/api/auth/session"), "token_reused");
  });

  test("the previous token from another network is recorded as session.token_shared, once for a rotation", async () => {
    const from = (ip: string) => ({ headers: { "x-forwarded-for": ip } });
    const owner = await newOwner(behindProxy(), { transport: "body" });
    const first = owner.refreshToken;
    expectStatus(await owner.refresh({}, from("192.0.2.1")), 200);
    const current = owner.refreshToken;
    for (const ip of ["192.0.2.1", "2001:db8:1:2::7", "2001:db8:1:2::8", "198.51.100.7"]) {
      const again = await owner.refresh({ refresh_token: first }, from(ip));
      expect(expectStatus(again, 200).json<SignIn>().refresh_token).toBe(current);
    }
    const trail = await owner.get("/api/accounts/me/security/events?type=session.token_shared");
    expect(trail.json<Page<AuditEvent>>().items).toMatchObject([
      { session_id: owner.sessionId, ip: "2001:db8:1:2::7", actor: null },
    ]);
    const sessions = await owner.get("/api/users/me/sessions");
    expect(sessions.json<Page<SessionItem>>().items).toMatchObject([
      { device: { ip: "127.0.0.1" }, last_seen: { ip: "198.51.100.7" } },
    ]);
  });

  test("with CURFEW_SHADOW_LIMIT=1 the previous token from another network ends the session", async () => {
    const from = (ip: string) => ({ headers: { "x-forwarded-for": ip } });
    const owner = await newOwner(strict(), { transport: "body" });
    const first = owner.refreshToken;
    expectStatus(await owner.refresh({}, from("192.0.2.1")), 200);
    expectStatus(await owner.refresh({ refresh_token: first }, from("192.0.2.1")), 200);
    expectRevoked(await owner.refresh({ refresh_token: first }, from("198.51.100.7")), "token_reused");
    expectRevoked(await owner.get("/api/auth/session"), "token_reused");
  });

  test("without a grace every refresh rotates the token", async () => {
    const owner = await newOwner(noGrace(), { transport: "body" });
    const tokens = [owner.refreshToken];
    for (let round = 0; round < 3; round += 1) {
      expectStatus(await owner.refresh(), 200);
      tokens.push(owner.refreshToken);
    }
    expect(new Set(tokens).size).toBe(4);
  });

  test("a forged token with a genuine session id ends no session", async () => {
    const owner = await newOwner(noGrace(), { transport: "body" });
    expectStatus(await owner.refresh(), 200);
    const forged = `${owner.refreshToken.split(".").slice(0, 5).join(".")}.${"A".repeat(43)}`;
    expectProblem(await owner.refresh({ refresh_token: forged }), 401, "unauthenticated");
    expectStatus(await owner.refresh(), 200);
  });
});
