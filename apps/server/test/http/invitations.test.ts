import { describe, expect, test } from "vitest";
import { DpopKey } from "../harness/dpop-key.js";
import { expectFaults, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { invite, newEmail, newMember, newOwner, newPassword } from "../harness/people.js";
import { useService } from "../harness/service.js";
import { Visitor } from "../harness/visitor.js";
import type { SignIn } from "../harness/wire.js";

const service = useService();
const LOOK = "/api/auth/invitation";
const ACCEPT = "/api/auth/accept-invitation";

/** The token opens nothing any more, by either call. */
const expectDead = async (token: string): Promise<void> => {
  const visitor = new Visitor(service());
  expectFaults(await visitor.post(LOOK, { token }), { token: "invalid_value" });
  expectFaults(await visitor.post(ACCEPT, { token, password: newPassword() }), { token: "invalid_value" });
};

describe("POST /api/auth/invitation {token} → 200 {account: {name}, name, email}", () => {
  test("tells whom it is for, as often as it is asked, and signs nobody in", async () => {
    const owner = await newOwner(service(), { accountName: "Example Ltd" });
    const { token, email } = await invite(owner, { name: "Ina" });
    for (let round = 0; round < 3; round += 1) {
      const answer = expectStatus(await new Visitor(service()).post(LOOK, { token }), 200);
      expect(answer.as()).toEqual({ account: { name: "Example Ltd" }, name: "Ina", email });
      expect(answer.setCookies).toEqual([]);
    }
  });
});

describe("POST /api/auth/accept-invitation {token, password, transport?} → 200 and the body of sign-in", () => {
  test("the member's id is from then on the user's", async () => {
    const owner = await newOwner(service());
    const invited = await invite(owner, { name: "Ina", role: "member" });
    const visitor = new Visitor(service());
    const answer = expectStatus(
      await visitor.post(ACCEPT, { token: invited.token, password: newPassword() }),
      200,
    );
    expect(answer.setCookies).toHaveLength(1);
    expect(answer.as<SignIn>().user).toEqual({
      id: invited.member.id,
      name: "Ina",
      email: invited.email,
      role: "member",
      account: owner.user.account,
    });
    expectStatus(await visitor.get("/api/auth/session"), 200);
  });

  test("who was invited as an owner is one", async () => {
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
    const headers = { cookie: `curfew_refresh=${owner.refreshToken}` };
    const password = newPassword();
    expectStatus(await new Visitor(service()).post(ACCEPT, { token, password }, { headers }), 200);
    expectRevoked(await owner.get("/api/auth/session"), "signed_out");
  });

  test("it works once", async () => {
    const owner = await newOwner(service());
    const { token } = await invite(owner);
    expectStatus(await new Visitor(service()).post(ACCEPT, { token, password: newPassword() }), 200);
    await expectDead(token);
  });

  test("of many who accept at once, one is signed in", async () => {
    const owner = await newOwner(service());
    const { token } = await invite(owner);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        new Visitor(service()).post(ACCEPT, { token, password: newPassword() }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422, 422, 422]);
  });

  test("inviting again replaces the link, and the member stays the same", async () => {
    const owner = await newOwner(service());
    const first = await invite(owner);
    const second = await invite(owner, { email: first.email.toUpperCase(), name: "New Name", role: "owner" });
    expect(second.token).not.toBe(first.token);
    expect(second.member).toMatchObject({ id: first.member.id, name: "New Name", role: "owner" });
    await expectDead(first.token);
    expectStatus(await new Visitor(service()).post(LOOK, { token: second.token }), 200);
  });

  test("a wrong token is invalid_value: rubbish, cut, changed", async () => {
    const owner = await newOwner(service());
    const { token } = await invite(owner);
    const changed = token.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    for (const wrong of ["x", token.slice(0, -1), `${token}A`, changed, owner.refreshToken])
      await expectDead(wrong);
    expectStatus(await new Visitor(service()).post(LOOK, { token }), 200);
  });

  test("a weak password is told, and the invitation stays good", async () => {
    const owner = await newOwner(service());
    const { token } = await invite(owner);
    const visitor = new Visitor(service());
    expectFaults(await visitor.post(ACCEPT, { token, password: "short" }), { password: "weak_password" });
    expectFaults(await visitor.post(ACCEPT, {}), { token: "required", password: "required" });
    expectStatus(await visitor.post(ACCEPT, { token, password: newPassword() }), 200);
  });

  test("a faulty proof is invalid_proof, and the invitation stays good", async () => {
    const owner = await newOwner(service());
    const { token } = await invite(owner);
    const visitor = new Visitor(service());
    const json = { token, password: newPassword() };
    expectProblem(await visitor.post(ACCEPT, json, { proof: "rubbish" }), 401, "invalid_proof");
    expectStatus(await visitor.post(ACCEPT, json), 200);
  });

  test("an e-mail that registered meanwhile is a user's: the invitation can't take it over", async () => {
    const owner = await newOwner(service());
    const email = newEmail();
    const { token } = await invite(owner, { email });
    const registered = await newOwner(service(), { email });
    const answer = await new Visitor(service()).post(ACCEPT, { token, password: newPassword() });
    expect([409, 422]).toContain(answer.status);
    expectStatus(await registered.login(), 200);
  });

  test("two accounts may invite one e-mail, and who is joined first keeps it", async () => {
    const [one, two] = [await newOwner(service()), await newOwner(service())];
    const email = newEmail();
    const invitations = [await invite(one, { email }), await invite(two, { email })];
    const answers = [];
    for (const { token } of invitations)
      answers.push(await new Visitor(service()).post(ACCEPT, { token, password: newPassword() }));
    expect(answers.map(({ status }) => status)[0]).toBe(200);
    expect([409, 422]).toContain(answers[1]?.status);
  });
});
