import { describe, expect, test } from "vitest";
import { DpopKey } from "../harness/dpop-key.js";
import { expectFaults, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { anotherDevice, newMember, newOwner, newPassword } from "../harness/people.js";
import { useService } from "../harness/service.js";
import type { Visitor } from "../harness/visitor.js";
import type { Page, SignIn, TrailEvent } from "../harness/wire.js";

const service = useService();
const PASSWORD = "/api/users/me/password";

const change = (visitor: Visitor, fields: Record<string, unknown> = {}) =>
  visitor.post(PASSWORD, { current_password: visitor.password, new_password: newPassword(), ...fields });

describe("POST /api/users/me/password", () => {
  test("answers 200 and the body of sign-in: a new session, with a new cookie", async () => {
    const owner = await newOwner(service());
    const before = owner.sessionId;
    const answer = expectStatus(await change(owner), 200);
    const body = answer.as<SignIn>();
    expect(Object.keys(body).sort()).toEqual(["access_token", "expires_in", "session", "token_type", "user"]);
    expect(body.session.id).not.toBe(before);
    expect(body.user).toEqual(owner.user);
    expect(answer.setCookies).toHaveLength(1);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
  });

  test("every session of the user that was open ends as password_changed, the calling one too", async () => {
    const owner = await newOwner(service());
    const device = await anotherDevice(owner);
    const colleague = await newMember(owner);
    const old = owner.signedIn.access_token;
    expectStatus(await change(owner), 200);
    expectRevoked(await owner.get("/api/auth/session", { bearer: old }), "password_changed");
    expectRevoked(await device.get("/api/auth/session"), "password_changed");
    expectRevoked(await device.refresh(), "password_changed");
    expectStatus(await colleague.get("/api/auth/session"), 200);
  });

  test("from then on the new password signs in and the old one does not", async () => {
    const owner = await newOwner(service());
    const new_password = newPassword();
    expectStatus(await change(owner, { new_password }), 200);
    expectProblem(await owner.login(), 401, "invalid_credentials");
    expectStatus(await owner.login({ password: new_password }), 200);
  });

  test("a wrong current password is a 422 on that field (invalid_value), and nothing changes", async () => {
    const owner = await newOwner(service());
    expectFaults(await change(owner, { current_password: "not the password" }), {
      current_password: "invalid_value",
    });
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.login(), 200);
  });

  test("the new password is held to the rules of registration", async () => {
    const owner = await newOwner(service());
    expectFaults(await change(owner, { new_password: "short" }), { new_password: "weak_password" });
    expectFaults(await change(owner, { new_password: "password1" }), { new_password: "weak_password" });
    const faults = expectFaults(await change(owner, { new_password: "x".repeat(129) }), {
      new_password: "out_of_range",
    });
    expect(faults[0]).toMatchObject({ min: 8, max: 128 });
    expectFaults(await owner.post(PASSWORD, { new_password: 1 }), {
      current_password: "required",
      new_password: "wrong_type",
    });
    expectStatus(await owner.login(), 200);
  });

  test("transport body answers the refresh token in the body", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    const answer = await change(owner, { transport: "body" });
    expect(answer.setCookies).toEqual([]);
    expect(answer.as<SignIn>().refresh_token).toMatch(/^cft1\./);
    expectStatus(await owner.refresh(), 200);
  });

  test("a DPoP header binds the new session to its key", async () => {
    const owner = await newOwner(service(), { key: new DpopKey("EdDSA") });
    expectStatus(await change(owner), 200);
    expectProblem(await owner.refresh({}, { proof: null }), 401, "invalid_proof");
    expectStatus(await owner.refresh(), 200);
  });

  test("the cookie of an older session, of another user's even, ends that one as signed_out", async () => {
    const owner = await newOwner(service());
    const stranger = await newOwner(service());
    const headers = { cookie: `curfew_refresh=${stranger.refreshToken}` };
    const answer = await owner.post(
      PASSWORD,
      { current_password: owner.password, new_password: newPassword() },
      { headers },
    );
    expectStatus(answer, 200);
    expectRevoked(await stranger.get("/api/auth/session"), "signed_out");
  });

  test("writes one event, password.changed, with the session that it begins", async () => {
    const owner = await newOwner(service());
    expectStatus(await change(owner), 200);
    const { items } = (await owner.get("/api/accounts/me/security/events")).as<Page<TrailEvent>>();
    expect(items[0]).toMatchObject({ type: "password.changed", session_id: owner.sessionId });
    expect(items.filter(({ type }) => type === "user.signed_in")).toEqual([]);
  });

  test("two changes at once: one of them is made, and one password signs in", async () => {
    const owner = await newOwner(service());
    const wanted = [newPassword(), newPassword()];
    const answers = await Promise.all(
      wanted.map((new_password) =>
        owner.post(PASSWORD, { current_password: owner.password, new_password }, { cookies: false }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
    const signIns = await Promise.all(
      wanted.map((password) => owner.login({ password }, { cookies: false })),
    );
    expect(signIns.map(({ status }) => status).sort()).toEqual([200, 401]);
  });
});
