import { describe, expect, test } from "vitest";
import { DpopKey } from "../harness/dpop-key.js";
import { expectFaults, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { anotherDevice, newMember, newOwner } from "../harness/people.js";
import { useService } from "../harness/service.js";
import { Visitor } from "../harness/visitor.js";
import type { Page, SessionItem, SignIn } from "../harness/wire.js";

const service = useService({ CURFEW_SESSIONS_PER_USER: "3" });

describe("POST /api/auth/login", () => {
  test("answers 200 with a session of the policy in effect at this moment", async () => {
    const owner = await newOwner(service());
    const body = expectStatus(await owner.login(), 200).as<SignIn>();
    const { session } = body;
    expect(session).toMatchObject({ idle_minutes: 60, absolute_minutes: 1440 });
    const startedAt = Date.parse(session.started_at);
    expect(session.last_active_at).toBe(session.started_at);
    expect(Date.parse(session.idle_expires_at)).toBe(startedAt + 60 * 60_000);
    expect(Date.parse(session.absolute_expires_at)).toBe(startedAt + 1440 * 60_000);
    expect(Math.abs(startedAt - Date.now())).toBeLessThan(5_000);
    expect(body.user).toEqual(owner.user);
  });

  test("*_in_ms count from the moment of the answer", async () => {
    const owner = await newOwner(service());
    const { session } = expectStatus(await owner.login(), 200).as<SignIn>();
    expect(session.idle_expires_in_ms).toBeLessThanOrEqual(3_600_000);
    expect(session.idle_expires_in_ms).toBeGreaterThan(3_590_000);
    expect(session.absolute_expires_in_ms - session.idle_expires_in_ms).toBe((1440 - 60) * 60_000);
  });

  test("the policy is copied: a change for the next sign-in leaves the open session as it was", async () => {
    const owner = await newOwner(service());
    expectStatus(
      await owner.patch("/api/accounts/me/security", { idle_minutes: 15, absolute_minutes: 720 }),
      200,
    );
    const device = await anotherDevice(owner);
    expect(device.signedIn.session).toMatchObject({ idle_minutes: 15, absolute_minutes: 720 });
    expectStatus(await owner.refresh(), 200);
    expect(owner.signedIn.session).toMatchObject({ idle_minutes: 60, absolute_minutes: 1440 });
  });

  test("the e-mail is compared without regard to case", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.login({ email: owner.email.toUpperCase() }), 200);
    expect(owner.user.email).toBe(owner.email);
  });

  test("a wrong e-mail or password is invalid_credentials, and sets no cookie", async () => {
    const owner = await newOwner(service());
    for (const fields of [
      { password: "wrong" },
      { email: "nobody@example.com" },
      { password: `${owner.password} ` },
    ]) {
      const answer = await owner.login(fields);
      expectProblem(answer, 401, "invalid_credentials");
      expect(answer.setCookies).toEqual([]);
    }
    expectStatus(await owner.refresh(), 200);
  });

  test("every fault of the body is told at once", async () => {
    const visitor = new Visitor(service());
    expectFaults(await visitor.post("/api/auth/login", { password: 1, transport: 2, x: 3 }), {
      email: "required",
      password: "wrong_type",
      transport: "wrong_type",
      x: "unknown_field",
    });
  });

  test("a disabled user gets invalid_credentials", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const path = `/api/accounts/me/members/${member.user.id}`;
    expectStatus(await owner.patch(path, { disabled: true }), 200);
    const refused = await member.login();
    expectProblem(refused, 401, "invalid_credentials");
    expect(refused.text).toBe((await member.login({ password: "wrong" })).text);
    expectStatus(await owner.patch(path, { disabled: false }), 200);
    expectStatus(await member.login(), 200);
  });
});

describe("a refresh cookie that comes with the call names the browser's old session", () => {
  test("once the sign-in has succeeded that one ends as signed_out", async () => {
    const owner = await newOwner(service());
    const old = owner.signedIn.access_token;
    expectStatus(await owner.login(), 200);
    expectRevoked(await owner.get("/api/auth/session", { bearer: old }), "signed_out");
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("a sign-in that fails ends nothing", async () => {
    const owner = await newOwner(service());
    expectProblem(await owner.login({ password: "wrong" }), 401, "invalid_credentials");
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
  });

  test("also where another user signs in, of another account", async () => {
    const first = await newOwner(service());
    const second = await newOwner(service());
    const { email, password } = second;
    const old = first.signedIn.access_token;
    expectStatus(await first.login({ email, password }), 200);
    expect(first.user.id).toBe(second.user.id);
    expectRevoked(await first.get("/api/auth/session", { bearer: old }), "signed_out");
    expectStatus(await second.get("/api/auth/session"), 200);
  });

  test("a bound one ends only when the proof is of its key", async () => {
    const key = new DpopKey();
    const owner = await newOwner(service(), { key });
    const bound = {
      token: owner.signedIn.access_token,
      cookie: { cookie: `curfew_refresh=${owner.refreshToken}` },
    };

    const withoutKey = new Visitor(service());
    Object.assign(withoutKey, { email: owner.email, password: owner.password });
    expectStatus(await withoutKey.login({}, { headers: bound.cookie }), 200);
    expectStatus(await owner.get("/api/auth/session"), 200);

    const otherKey = new Visitor(service(), { key: new DpopKey() });
    Object.assign(otherKey, { email: owner.email, password: owner.password });
    expectStatus(await otherKey.login({}, { headers: bound.cookie }), 200);
    expectStatus(await owner.get("/api/auth/session"), 200);

    expectStatus(await owner.login(), 200);
    expectRevoked(await owner.get("/api/auth/session", { bearer: bound.token }), "signed_out");
  });

  test("rubbish in the cookie does not get in the way", async () => {
    const owner = await newOwner(service());
    for (const value of ["", "x", "cft1.a.b.c.d.e", `"${owner.refreshToken}x"`, "%00"]) {
      const headers = { cookie: `curfew_refresh=${value}` };
      expectStatus(await owner.login({}, { cookies: false, headers }), 200);
    }
  });
});

describe("more than CURFEW_SESSIONS_PER_USER live sessions: the one longest unused ends (session_limit)", () => {
  test("the fourth sign-in of three ends the session that was used least lately", async () => {
    const first = await newOwner(service());
    const second = await anotherDevice(first);
    const third = await anotherDevice(first);
    expectStatus(await first.refresh(), 200);
    const fourth = await anotherDevice(first);
    expectRevoked(await second.get("/api/auth/session"), "session_limit");
    expectRevoked(await second.refresh(), "session_limit");
    for (const live of [first, third, fourth]) expectStatus(await live.get("/api/auth/session"), 200);
    const { items } = (await first.get("/api/users/me/sessions")).as<Page<SessionItem>>();
    expect(items).toHaveLength(3);
  });

  test("many sign-ins at once leave no more than the limit", async () => {
    const owner = await newOwner(service());
    await Promise.all(Array.from({ length: 8 }, () => anotherDevice(owner)));
    const device = await anotherDevice(owner);
    const { items } = (await device.get("/api/users/me/sessions")).as<Page<SessionItem>>();
    expect(items).toHaveLength(3);
  });

  test("the sessions of other users don't count", async () => {
    const owner = await newOwner(service());
    const members = await Promise.all([1, 2, 3, 4].map(() => newMember(owner)));
    expectStatus(await owner.get("/api/auth/session"), 200);
    for (const member of members) expectStatus(await member.get("/api/auth/session"), 200);
  });
});
