import { describe, expect, test } from "vitest";
import { ApiClient } from "../harness/api-client.js";
import { DpopKey } from "../harness/dpop-key.js";
import { expectFieldErrors, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import type { ApiResponse } from "../harness/send.js";
import { useService } from "../harness/service.js";
import { newDevice, newMember, newOwner } from "../harness/users.js";
import type { Page, SessionItem, SignIn } from "../harness/wire.js";

const service = useService({ CURFEW_SESSIONS_PER_USER: "3" });

/** Signs in as this user on another device. */
const newDeviceLogin = (user: ApiClient, fields: Readonly<Record<string, unknown>>): Promise<ApiResponse> =>
  Object.assign(new ApiClient(service()), { email: user.email, password: user.password }).login(fields);

describe("POST /api/auth/login", () => {
  test("answers 200 with a session that has the current policy's limits", async () => {
    const owner = await newOwner(service());
    const body = expectStatus(await owner.login(), 200).json<SignIn>();
    const { session } = body;
    expect(session).toMatchObject({ idle_minutes: 60, absolute_minutes: 1440 });
    const startedAt = Date.parse(session.started_at);
    expect(session.last_active_at).toBe(session.started_at);
    expect(Date.parse(session.idle_expires_at)).toBe(startedAt + 60 * 60_000);
    expect(Date.parse(session.absolute_expires_at)).toBe(startedAt + 1440 * 60_000);
    expect(Math.abs(startedAt - Date.now())).toBeLessThan(5_000);
    expect(body.user).toEqual(owner.user);
  });

  test("*_in_ms are relative to the time of the response", async () => {
    const owner = await newOwner(service());
    const { session } = expectStatus(await owner.login(), 200).json<SignIn>();
    expect(session.idle_expires_in_ms).toBeLessThanOrEqual(3_600_000);
    expect(session.idle_expires_in_ms).toBeGreaterThan(3_590_000);
    expect(session.absolute_expires_in_ms - session.idle_expires_in_ms).toBe((1440 - 60) * 60_000);
  });

  test("end_others_first ends the user's other sessions as revoked_by_user, and none if the password is wrong", async () => {
    const owner = await newOwner(service());
    const other = await newDevice(owner);
    const wrong = { password: "wrong", end_others_first: true };
    expectProblem(await newDeviceLogin(owner, wrong), 401, "invalid_credentials");
    expectStatus(await other.get("/api/auth/session"), 200);
    expectStatus(await newDeviceLogin(owner, { end_others_first: true }), 200);
    expectRevoked(await other.refresh(), "revoked_by_user");
    expectRevoked(await owner.refresh(), "revoked_by_user");
  });

  test("a password of 64 KiB of combining marks is wrong", async () => {
    const owner = await newOwner(service());
    const password = "\u0315\u0300\u05ae\u0323".repeat(8_000);
    expectProblem(await newDeviceLogin(owner, { password }), 401, "invalid_credentials");
  });

  test("a policy change for the next sign-in leaves open sessions unchanged", async () => {
    const owner = await newOwner(service());
    expectStatus(
      await owner.patch("/api/accounts/me/security", { idle_minutes: 15, absolute_minutes: 720 }),
      200,
    );
    const device = await newDevice(owner);
    expect(device.signedIn.session).toMatchObject({ idle_minutes: 15, absolute_minutes: 720 });
    expectStatus(await owner.refresh(), 200);
    expect(owner.signedIn.session).toMatchObject({ idle_minutes: 60, absolute_minutes: 1440 });
  });

  test("the e-mail is case-insensitive", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.login({ email: owner.email.toUpperCase() }), 200);
    expect(owner.user.email).toBe(owner.email);
  });

  test("an unknown e-mail or a wrong password is invalid_credentials, and sets no cookie", async () => {
    const owner = await newOwner(service());
    for (const fields of [
      { password: "wrong" },
      { email: "nobody@example.com" },
      { password: `${owner.password} ` },
    ]) {
      const response = await owner.login(fields);
      expectProblem(response, 401, "invalid_credentials");
      expect(response.setCookies).toEqual([]);
    }
    expectStatus(await owner.refresh(), 200);
  });

  test("all field errors are reported together", async () => {
    const client = new ApiClient(service());
    expectFieldErrors(await client.post("/api/auth/login", { password: 1, transport: 2, x: 3 }), {
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

describe("a refresh cookie sent along identifies the browser's old session", () => {
  test("a successful sign-in ends the old session as signed_out", async () => {
    const owner = await newOwner(service());
    const old = owner.signedIn.access_token;
    expectStatus(await owner.login(), 200);
    expectRevoked(await owner.get("/api/auth/session", { bearer: old }), "signed_out");
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("a failed sign-in ends no session", async () => {
    const owner = await newOwner(service());
    expectProblem(await owner.login({ password: "wrong" }), 401, "invalid_credentials");
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
  });

  test("the old session also ends if a user of another account signs in", async () => {
    const first = await newOwner(service());
    const second = await newOwner(service());
    const { email, password } = second;
    const old = first.signedIn.access_token;
    expectStatus(await first.login({ email, password }), 200);
    expect(first.user.id).toBe(second.user.id);
    expectRevoked(await first.get("/api/auth/session", { bearer: old }), "signed_out");
    expectStatus(await second.get("/api/auth/session"), 200);
  });

  test("a bound old session ends only with a proof of its key", async () => {
    const key = new DpopKey();
    const owner = await newOwner(service(), { key });
    const bound = {
      token: owner.signedIn.access_token,
      cookie: { cookie: `${owner.cookieName}=${owner.refreshToken}` },
    };

    const withoutKey = new ApiClient(service());
    Object.assign(withoutKey, { email: owner.email, password: owner.password });
    expectStatus(await withoutKey.login({}, { headers: bound.cookie }), 200);
    expectStatus(await owner.get("/api/auth/session"), 200);

    const otherKey = new ApiClient(service(), { key: new DpopKey() });
    Object.assign(otherKey, { email: owner.email, password: owner.password });
    expectStatus(await otherKey.login({}, { headers: bound.cookie }), 200);
    expectStatus(await owner.get("/api/auth/session"), 200);

    expectStatus(await owner.login(), 200);
    expectRevoked(await owner.get("/api/auth/session", { bearer: bound.token }), "signed_out");
  });

  test("an invalid cookie doesn't prevent the sign-in", async () => {
    const owner = await newOwner(service());
    for (const value of ["", "x", "cft1.a.b.c.d.e", `"${owner.refreshToken}x"`, "%00"]) {
      const headers = { cookie: `${owner.cookieName}=${value}` };
      expectStatus(await owner.login({}, { cookies: false, headers }), 200);
    }
  });
});

describe("a user with more than CURFEW_SESSIONS_PER_USER live sessions", () => {
  test("the fourth sign-in with a limit of three ends the least recently used session as session_limit", async () => {
    const first = await newOwner(service());
    const second = await newDevice(first);
    const third = await newDevice(first);
    expectStatus(await first.refresh(), 200);
    const fourth = await newDevice(first);
    expectRevoked(await second.get("/api/auth/session"), "session_limit");
    expectRevoked(await second.refresh(), "session_limit");
    for (const live of [first, third, fourth]) expectStatus(await live.get("/api/auth/session"), 200);
    const { items } = (await first.get("/api/users/me/sessions")).json<Page<SessionItem>>();
    expect(items).toHaveLength(3);
  });

  test("concurrent sign-ins leave no more sessions than the limit", async () => {
    const owner = await newOwner(service());
    await Promise.all(Array.from({ length: 8 }, () => newDevice(owner)));
    const device = await newDevice(owner);
    const { items } = (await device.get("/api/users/me/sessions")).json<Page<SessionItem>>();
    expect(items).toHaveLength(3);
  });

  test("sessions of other users don't count", async () => {
    const owner = await newOwner(service());
    const members = await Promise.all([1, 2, 3, 4].map(() => newMember(owner)));
    expectStatus(await owner.get("/api/auth/session"), 200);
    for (const member of members) expectStatus(await member.get("/api/auth/session"), 200);
  });
});
