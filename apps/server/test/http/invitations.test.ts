import { describe, expect, test } from "vitest";
import { ApiClient } from "../harness/api-client.js";
import { DpopKey } from "../harness/dpop-key.js";
import { expectFieldErrors, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { invite, newEmail, newMember, newOwner, newPassword } from "../harness/users.js";
import type { Member, SignIn } from "../harness/wire.js";

const service = useService();
const READ = "/api/auth/invitation";
const ACCEPT = "/api/auth/accept-invitation";

/** Expects that both operations refuse the token. */
const expectUnusable = async (token: string): Promise<void> => {
  const client = new ApiClient(service());
  expectFieldErrors(await client.post(READ, { token }), { token: "invalid_value" });
  expectFieldErrors(await client.post(ACCEPT, { token, password: newPassword() }), {
    token: "invalid_value",
  });
};

describe("POST /api/auth/invitation {token} → 200 {account: {name}, name, email}", () => {
  test("returns the invited user, any number of times, and starts no session", async () => {
    const owner = await newOwner(service(), { accountName: "Example Ltd" });
    const { token, email } = await invite(owner, { name: "Ina" });
    for (let round = 0; round < 3; round += 1) {
      const response = expectStatus(await new ApiClient(service()).post(READ, { token }), 200);
      expect(response.json()).toEqual({ account: { name: "Example Ltd" }, name: "Ina", email });
      expect(response.setCookies).toEqual([]);
    }
  });
});

describe("POST /api/auth/accept-invitation {token, password, transport?} → 200 and the body of sign-in", () => {
  test("the invited member's id becomes the user's id", async () => {
    const owner = await newOwner(service());
    const invited = await invite(owner, { name: "Ina", role: "member" });
    const client = new ApiClient(service());
    const response = expectStatus(
      await client.post(ACCEPT, { token: invited.token, password: newPassword() }),
      200,
    );
    expect(response.setCookies).toHaveLength(1);
    expect(response.json<SignIn>().user).toEqual({
      id: invited.member.id,
      name: "Ina",
      email: invited.email,
      role: "member",
      account: owner.user.account,
    });
    expectStatus(await client.get("/api/auth/session"), 200);
  });

  test("a user who was invited as an owner is an owner", async () => {
    const owner = await newOwner(service());
    const second = await newMember(owner, { role: "owner" });
    expectStatus(await second.get("/api/accounts/me/security"), 200);
  });

  test("transport body, a DPoP header and an older session's cookie work as at sign-in", async () => {
    const owner = await newOwner(service());
    const bound = await newMember(owner, { key: new DpopKey(), transport: "body" });
    expect(bound.refreshToken).toMatch(/^cft1\./);
    expectProblem(await bound.refresh({}, { proof: null }), 401, "invalid_proof");
    const { token } = await invite(owner);
    const headers = { cookie: `${owner.cookieName}=${owner.refreshToken}` };
    const password = newPassword();
    expectStatus(await new ApiClient(service()).post(ACCEPT, { token, password }, { headers }), 200);
    expectRevoked(await owner.get("/api/auth/session"), "signed_out");
  });

  test("an invitation can be accepted once", async () => {
    const owner = await newOwner(service());
    const { token } = await invite(owner);
    expectStatus(await new ApiClient(service()).post(ACCEPT, { token, password: newPassword() }), 200);
    await expectUnusable(token);
  });

  test("of concurrent acceptances of one invitation, one succeeds", async () => {
    const owner = await newOwner(service());
    const { token } = await invite(owner);
    const responses = await Promise.all(
      Array.from({ length: 6 }, () =>
        new ApiClient(service()).post(ACCEPT, { token, password: newPassword() }),
      ),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422, 422, 422]);
  });

  test("inviting again replaces the link and keeps the member's id", async () => {
    const owner = await newOwner(service());
    const first = await invite(owner);
    const second = await invite(owner, { email: first.email.toUpperCase(), name: "New Name", role: "owner" });
    expect(second.token).not.toBe(first.token);
    expect(second.member).toMatchObject({ id: first.member.id, name: "New Name", role: "owner" });
    await expectUnusable(first.token);
    expectStatus(await new ApiClient(service()).post(READ, { token: second.token }), 200);
  });

  test("a malformed, truncated or changed token is invalid_value", async () => {
    const owner = await newOwner(service());
    const { token } = await invite(owner);
    const changed = token.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    for (const wrong of ["x", token.slice(0, -1), `${token}A`, changed, owner.refreshToken])
      await expectUnusable(wrong);
    expectStatus(await new ApiClient(service()).post(READ, { token }), 200);
  });

  test("a weak password is refused, and the invitation stays valid", async () => {
    const owner = await newOwner(service());
    const { token } = await invite(owner);
    const client = new ApiClient(service());
    expectFieldErrors(await client.post(ACCEPT, { token, password: "short" }), { password: "weak_password" });
    expectFieldErrors(await client.post(ACCEPT, {}), { token: "required", password: "required" });
    expectStatus(await client.post(ACCEPT, { token, password: newPassword() }), 200);
  });

  test("an invalid proof is invalid_proof, and the invitation stays valid", async () => {
    const owner = await newOwner(service());
    const { token } = await invite(owner);
    const client = new ApiClient(service());
    const json = { token, password: newPassword() };
    expectProblem(await client.post(ACCEPT, json, { proof: "rubbish" }), 401, "invalid_proof");
    expectStatus(await client.post(ACCEPT, json), 200);
  });

  test("an invitation can't take over an e-mail that has registered in the meantime", async () => {
    const owner = await newOwner(service());
    const email = newEmail();
    const { token } = await invite(owner, { email });
    const registered = await newOwner(service(), { email });
    const response = await new ApiClient(service()).post(ACCEPT, { token, password: newPassword() });
    expect([409, 422]).toContain(response.status);
    expectStatus(await registered.login(), 200);
  });

  test("two accounts can invite one e-mail, and the first acceptance gets it", async () => {
    const [firstOwner, secondOwner] = [await newOwner(service()), await newOwner(service())];
    const email = newEmail();
    const invitations = [await invite(firstOwner, { email }), await invite(secondOwner, { email })];
    const responses = [];
    for (const { token } of invitations)
      responses.push(await new ApiClient(service()).post(ACCEPT, { token, password: newPassword() }));
    expect(responses.map(({ status }) => status)[0]).toBe(200);
    expect([409, 422]).toContain(responses[1]?.status);
  });
});

describe("an owner's open invitations", () => {
  const MEMBERS = "/api/accounts/me/members";
  const SECURITY = "/api/accounts/me/security";

  test("the link that an owner made opens nothing once the owner is disabled, nor after the owner is enabled again", async () => {
    const owner = await newOwner(service());
    const second = await newMember(owner, { role: "owner" });
    const { token } = await invite(second, { role: "owner" });
    expectStatus(await owner.patch(`${MEMBERS}/${second.user.id}`, { disabled: true }), 200);
    await expectUnusable(token);
    expectStatus(await owner.patch(`${MEMBERS}/${second.user.id}`, { disabled: false }), 200);
    await expectUnusable(token);
  });

  test("end when another owner ends the sessions of everybody, and not when the owner does", async () => {
    const owner = await newOwner(service());
    const second = await newMember(owner, { role: "owner" });
    const [ofOwner, ofSecond] = [await invite(owner), await invite(second)];
    expectStatus(await owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" }), 200);
    await expectUnusable(ofSecond.token);
    expectStatus(await new ApiClient(service()).post(READ, { token: ofOwner.token }), 200);
  });

  test("of concurrent calls, either the invitation is accepted or the disabling of its maker ends it", async () => {
    const owner = await newOwner(service());
    for (let round = 0; round < 5; round += 1) {
      const second = await newMember(owner, { role: "owner" });
      const invited = await invite(second);
      const [accepted] = await Promise.all([
        new ApiClient(service()).post(ACCEPT, { token: invited.token, password: newPassword() }),
        owner.patch(`${MEMBERS}/${second.user.id}`, { disabled: true }),
      ]);
      const { items } = (await owner.get(`${MEMBERS}?limit=200`)).json<{ items: Member[] }>();
      const status = items.find(({ id }) => id === invited.member.id)?.status;
      expect([
        [200, "active"],
        [422, "invited"],
      ]).toContainEqual([accepted.status, status]);
      await expectUnusable(invited.token);
    }
  });
});
