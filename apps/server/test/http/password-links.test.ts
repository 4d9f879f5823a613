import { describe, expect, test } from "vitest";
import { ApiClient } from "../harness/api-client.js";
import { DpopKey } from "../harness/dpop-key.js";
import { expectFieldErrors, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { newMember, newOwner, newPassword, passwordLink } from "../harness/users.js";
import type { SignIn } from "../harness/wire.js";

const service = useService();
const READ = "/api/auth/password-link";
const RESET = "/api/auth/reset-password";
const DAY_MS = 24 * 60 * 60 * 1000;

/** Expects that both operations refuse the token. */
const expectUnusable = async (token: string): Promise<void> => {
  const client = new ApiClient(service());
  expectFieldErrors(await client.post(READ, { token }), { token: "invalid_value" });
  expectFieldErrors(await client.post(RESET, { token, password: newPassword() }), {
    token: "invalid_value",
  });
};

describe("POST /api/accounts/me/members/{id}/password-link (owner) → 201 {url, expires_at}", () => {
  test("the link leads to /reset, and ends within 24 hours", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const response = expectStatus(
      await owner.post(`/api/accounts/me/members/${member.user.id}/password-link`),
      201,
    );
    const { url, expires_at } = response.json<{ url: string; expires_at: string }>();
    expect(url.split("#")[0]).toBe(`${service().publicUrl}/reset`);
    const left = Date.parse(expires_at) - Date.now();
    expect(left).toBeGreaterThan(DAY_MS - 60_000);
    expect(left).toBeLessThanOrEqual(DAY_MS + 1_000);
    expectProblem(
      await member.post(`/api/accounts/me/members/${member.user.id}/password-link`),
      403,
      "forbidden",
    );
  });
});

describe("POST /api/auth/reset-password {token, password, transport?} → 200 and the body of sign-in", () => {
  test("a person who forgot the password chooses a new one, which ends the person's other sessions", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner, { name: "Mina" });
    const token = await passwordLink(owner, member.user.id);
    const client = new ApiClient(service(), { key: new DpopKey(), transport: "body" });
    expect(expectStatus(await client.post(READ, { token }), 200).json()).toEqual({
      account: { name: owner.user.account.name },
      name: "Mina",
      email: member.email,
    });
    const password = newPassword();
    const response = expectStatus(await client.post(RESET, { token, password, transport: "body" }), 200);
    expect(response.json<SignIn>().user).toEqual(member.user);
    expectRevoked(await member.get("/api/auth/session"), "password_changed");
    expectProblem(await client.refresh({}, { proof: null }), 401, "invalid_proof");
    expectStatus(await client.refresh(), 200);
    expectProblem(await member.login(), 401, "invalid_credentials");
    member.password = password;
    expectStatus(await member.login(), 200);
    await expectUnusable(token);
  });

  test("of concurrent calls with one link, one succeeds", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const token = await passwordLink(owner, member.user.id);
    const responses = await Promise.all(
      Array.from({ length: 4 }, () =>
        new ApiClient(service()).post(RESET, { token, password: newPassword() }),
      ),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422]);
  });

  test("a link of an owner who is disabled opens nothing, nor after the owner is enabled again", async () => {
    const owner = await newOwner(service());
    const second = await newMember(owner, { role: "owner" });
    const token = await passwordLink(second, owner.user.id);
    const path = `/api/accounts/me/members/${second.user.id}`;
    expectStatus(await owner.patch(path, { disabled: true }), 200);
    await expectUnusable(token);
    expectStatus(await owner.patch(path, { disabled: false }), 200);
    await expectUnusable(token);
  });
});
