import { describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import { DpopKey } from "../harness/dpop-key.js";
import { expectFieldErrors, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { newDevice, newMember, newOwner, newPassword } from "../harness/users.js";
import type { AuditEvent, Page, SignIn } from "../harness/wire.js";

const service = useService();
const PASSWORD = "/api/users/me/password";

const change = (client: ApiClient, fields: Record<string, unknown> = {}) =>
  client.post(PASSWORD, { current_password: client.password, new_password: newPassword(), ...fields });

describe("POST /api/users/me/password", () => {
  test("answers 200 with the body of sign-in, for a new session with a new cookie", async () => {
    const owner = await newOwner(service());
    const before = owner.sessionId;
    const response = expectStatus(await change(owner), 200);
    const body = response.json<SignIn>();
    expect(Object.keys(body).sort()).toEqual(["access_token", "expires_in", "session", "token_type", "user"]);
    expect(body.session.id).not.toBe(before);
    expect(body.user).toEqual(owner.user);
    expect(response.setCookies).toHaveLength(1);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
  });

  test("all open sessions of the user end as password_changed, including the calling one", async () => {
    const owner = await newOwner(service());
    const device = await newDevice(owner);
    const colleague = await newMember(owner);
    const old = owner.signedIn.access_token;
    expectStatus(await change(owner), 200);
    expectRevoked(await owner.get("/api/auth/session", { bearer: old }), "password_changed");
    expectRevoked(await device.get("/api/auth/session"), "password_changed");
    expectRevoked(await device.refresh(), "password_changed");
    expectStatus(await colleague.get("/api/auth/session"), 200);
  });

  test("afterwards the new password signs in and the old one does not", async () => {
    const owner = await newOwner(service());
    const new_password = newPassword();
    expectStatus(await change(owner, { new_password }), 200);
    expectProblem(await owner.login(), 401, "invalid_credentials");
    expectStatus(await owner.login({ password: new_password }), 200);
  });

  test("a wrong current password is invalid_value on that field, and nothing changes", async () => {
    const owner = await newOwner(service());
    expectFieldErrors(await change(owner, { current_password: "not the password" }), {
      current_password: "invalid_value",
    });
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.login(), 200);
  });

  test("the new password must meet the rules of registration", async () => {
    const owner = await newOwner(service());
    expectFieldErrors(await change(owner, { new_password: "short" }), { new_password: "weak_password" });
    expectFieldErrors(await change(owner, { new_password: "password1" }), { new_password: "weak_password" });
    const errors = expectFieldErrors(await change(owner, { new_password: "x".repeat(129) }), {
      new_password: "out_of_range",
    });
    expect(errors[0]).toMatchObject({ min: 8, max: 128 });
    expectFieldErrors(await owner.post(PASSWORD, { new_password: 1 }), {
      current_password: "required",
      new_password: "wrong_type",
    });
    expectStatus(await owner.login(), 200);
  });

  test("transport body returns the refresh token in the body", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    const response = await change(owner, { transport: "body" });
    expect(response.setCookies).toEqual([]);
    expect(response.json<SignIn>().refresh_token).toMatch(/^cft1\./);
    expectStatus(await owner.refresh(), 200);
  });

  test("a DPoP header binds the new session to its key", async () => {
    const owner = await newOwner(service(), { key: new DpopKey("EdDSA") });
    expectStatus(await change(owner), 200);
    expectProblem(await owner.refresh({}, { proof: null }), 401, "invalid_proof");
    expectStatus(await owner.refresh(), 200);
  });

  test("the session of a refresh cookie sent along ends as signed_out, even if it is another user's", async () => {
    const owner = await newOwner(service());
    const otherOwner = await newOwner(service());
    const headers = { cookie: `${otherOwner.cookieName}=${otherOwner.refreshToken}` };
    const response = await owner.post(
      PASSWORD,
      { current_password: owner.password, new_password: newPassword() },
      { headers },
    );
    expectStatus(response, 200);
    expectRevoked(await otherOwner.get("/api/auth/session"), "signed_out");
  });

  test("writes one event, password.changed, with the new session", async () => {
    const owner = await newOwner(service());
    expectStatus(await change(owner), 200);
    const { items } = (await owner.get("/api/accounts/me/security/events")).json<Page<AuditEvent>>();
    expect(items[0]).toMatchObject({ type: "password.changed", session_id: owner.sessionId });
    expect(items.filter(({ type }) => type === "user.signed_in")).toEqual([]);
  });

  test("after two concurrent changes, exactly one of the passwords signs in", async () => {
    const owner = await newOwner(service());
    const wanted = [newPassword(), newPassword()];
    const responses = await Promise.all(
      wanted.map((new_password) =>
        owner.post(PASSWORD, { current_password: owner.password, new_password }, { cookies: false }),
      ),
    );
    expect(responses.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
    const signIns = await Promise.all(
      wanted.map((password) => owner.login({ password }, { cookies: false })),
    );
    expect(signIns.map(({ status }) => status).sort()).toEqual([200, 401]);
  });
});
