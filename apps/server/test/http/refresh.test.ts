import { describe, expect, test } from "vitest";
import { readToken } from "../harness/access-token.js";
import { expectFaults, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { newMember, newOwner } from "../harness/people.js";
import { useService } from "../harness/service.js";
import type { SignIn } from "../harness/wire.js";

const service = useService();
const noGrace = useService({ CURFEW_ROTATION_GRACE_SECONDS: "0" });

describe("POST /api/auth/refresh", () => {
  test("answers 200 and the body of sign-in, for the same session, with a new cookie", async () => {
    const owner = await newOwner(service());
    const before = { cookie: owner.refreshToken, body: owner.signedIn };
    const body = expectStatus(await owner.refresh(), 200).as<SignIn>();
    expect(Object.keys(body).sort()).toEqual(Object.keys(before.body).sort());
    expect(body.session.id).toBe(before.body.session.id);
    expect(body.session.absolute_expires_at).toBe(before.body.session.absolute_expires_at);
    expect(body.session.started_at).toBe(before.body.session.started_at);
    expect(body.user).toEqual(before.body.user);
    expect(owner.refreshToken).not.toBe(before.cookie);
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("with refresh_token in the body the answer has one, and sets no cookie", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    const answer = expectStatus(await owner.refresh(), 200);
    expect(answer.as<SignIn>().refresh_token).toMatch(/^cft1\./);
    expect(answer.setCookies).toEqual([]);
  });

  test("a token in the body wins over a cookie", async () => {
    const inCookie = await newOwner(service());
    const inBody = await newOwner(service(), { transport: "body" });
    const answer = await inCookie.refresh({ refresh_token: inBody.refreshToken });
    expect(expectStatus(answer, 200).as<SignIn>().user.id).toBe(inBody.user.id);
    const { cookie } = { cookie: `curfew_refresh=${inBody.refreshToken}` };
    const refused = await inCookie.refresh({ refresh_token: "cft1.x" }, { headers: { cookie } });
    expectProblem(refused, 401, "unauthenticated");
  });

  test("an empty body is allowed, with and without content", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.post("/api/auth/refresh"), 200);
    expectStatus(await owner.post("/api/auth/refresh", {}), 200);
  });

  test("no token at all is unauthenticated", async () => {
    const owner = await newOwner(service());
    expectProblem(await owner.refresh({}, { cookies: false }), 401, "unauthenticated");
  });

  test("where the cookie has gone, the access token tells how its session ended, and nothing more", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const bearer = member.signedIn.access_token;
    expectProblem(await member.refresh({}, { cookies: false, bearer }), 401, "unauthenticated");
    expectProblem(await member.refresh({}, { cookies: false, bearer: `${bearer}x` }), 401, "unauthenticated");
    expectStatus(await owner.post("/api/accounts/me/security/revoke-sessions", { scope: "others" }), 200);
    expectRevoked(await member.refresh({}, { cookies: false, bearer }), "revoked_by_owner");
    expectProblem(await member.refresh({}, { cookies: false, bearer: null }), 401, "unauthenticated");
  });

  test("a 401 never touches the cookie, whatever the cause", async () => {
    const owner = await newOwner(service());
    const none = await owner.refresh({}, { cookies: false });
    const bad = await owner.refresh({}, { cookies: false, headers: { cookie: "curfew_refresh=bad" } });
    const cookie = `curfew_refresh=${owner.refreshToken}`;
    await owner.delete(`/api/users/me/sessions/${owner.sessionId}`);
    const revoked = await owner.refresh({}, { cookies: false, headers: { cookie } });
    expectRevoked(revoked, "revoked_by_user");
    for (const answer of [none, bad, revoked]) expect(answer.setCookies).toEqual([]);
  });

  test("the role and the name are read anew", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    expectStatus(await owner.patch(`/api/accounts/me/members/${member.user.id}`, { role: "owner" }), 200);
    expect(expectStatus(await member.refresh(), 200).as<SignIn>().user.role).toBe("owner");
    expect(readToken(member.signedIn.access_token).claims["role"]).toBe("owner");
  });
});

describe("idle_for_seconds: the idle deadline becomes that moment plus the idle minutes where that is later, never earlier", () => {
  test("absent means 0: the deadline moves to now plus the idle minutes", async () => {
    const owner = await newOwner(service());
    const before = owner.signedIn.session;
    const { session } = expectStatus(await owner.refresh(), 200).as<SignIn>();
    expect(Date.parse(session.last_active_at)).toBeGreaterThan(Date.parse(before.last_active_at));
    expect(Date.parse(session.idle_expires_at)).toBe(Date.parse(session.last_active_at) + 3_600_000);
    expect(session.absolute_expires_at).toBe(before.absolute_expires_at);
  });

  test("an idle time from before the last activity moves nothing", async () => {
    const owner = await newOwner(service());
    const before = owner.signedIn.session;
    for (const idle_for_seconds of [60, 3_600, 86_400, 4_000_000_000]) {
      const { session } = expectStatus(await owner.refresh({ idle_for_seconds }), 200).as<SignIn>();
      expect(session.last_active_at).toBe(before.last_active_at);
      expect(session.idle_expires_at).toBe(before.idle_expires_at);
    }
  });

  test("the deadline never passes the absolute one", async () => {
    const owner = await newOwner(service());
    expectStatus(
      await owner.patch("/api/accounts/me/security", { idle_minutes: 30, absolute_minutes: 30 }),
      200,
    );
    expectStatus(await owner.login(), 200);
    const { session } = expectStatus(await owner.refresh({ idle_for_seconds: 0 }), 200).as<SignIn>();
    expect(session.idle_expires_at).toBe(session.absolute_expires_at);
  });

  test.each([
    [-1, "out_of_range"],
    ["60", "wrong_type"],
    [1.5, "wrong_type"],
    [true, "wrong_type"],
  ])("%j is refused, and the session is not renewed", async (idle_for_seconds, code) => {
    const owner = await newOwner(service());
    const answer = await owner.refresh({ idle_for_seconds });
    expectFaults(answer, { idle_for_seconds: code });
    expect(answer.setCookies).toEqual([]);
  });
});

describe("unbound sessions: rotation, grace and reuse (sessions.md, refresh tokens)", () => {
  test("the first refresh rotates, and the next within the grace answers the same token", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    const first = owner.refreshToken;
    const second = expectStatus(await owner.refresh(), 200).as<SignIn>().refresh_token;
    const third = expectStatus(await owner.refresh(), 200).as<SignIn>().refresh_token;
    expect(second).not.toBe(first);
    expect(third).toBe(second);
  });

  test("the token before, within the grace, is answered the current one", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    const first = owner.refreshToken;
    expectStatus(await owner.refresh(), 200);
    const current = owner.refreshToken;
    const again = await owner.refresh({ refresh_token: first });
    expect(expectStatus(again, 200).as<SignIn>().refresh_token).toBe(current);
  });

  test("twenty tabs with one token all get the same current one, and nobody is signed out", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    const refresh_token = owner.refreshToken;
    const answers = await Promise.all(Array.from({ length: 20 }, () => owner.refresh({ refresh_token })));
    const tokens = answers.map((answer) => expectStatus(answer, 200).as<SignIn>().refresh_token);
    expect(new Set(tokens).size).toBe(1);
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("an old token past the grace means two parties hold tokens: token_reused, for both of them", async () => {
    const owner = await newOwner(noGrace(), { transport: "body" });
    const first = owner.refreshToken;
    expectStatus(await owner.refresh(), 200);
    const thief = await owner.refresh({ refresh_token: first });
    const endedAt = expectRevoked(thief, "token_reused");
    expect(expectRevoked(await owner.refresh(), "token_reused")).toBe(endedAt);
    expectRevoked(await owner.get("/api/auth/session"), "token_reused");
  });

  test("without a grace each refresh rotates", async () => {
    const owner = await newOwner(noGrace(), { transport: "body" });
    const tokens = [owner.refreshToken];
    for (let round = 0; round < 3; round += 1) {
      expectStatus(await owner.refresh(), 200);
      tokens.push(owner.refreshToken);
    }
    expect(new Set(tokens).size).toBe(4);
  });

  test("a forged token with a real session's id ends nothing", async () => {
    const owner = await newOwner(noGrace(), { transport: "body" });
    expectStatus(await owner.refresh(), 200);
    const forged = `${owner.refreshToken.split(".").slice(0, 5).join(".")}.${"A".repeat(43)}`;
    expectProblem(await owner.refresh({ refresh_token: forged }), 401, "unauthenticated");
    expectStatus(await owner.refresh(), 200);
  });
});
