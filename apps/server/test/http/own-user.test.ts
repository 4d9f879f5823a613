import { describe, expect, test } from "vitest";
import { expectFieldErrors, expectProblem, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { invite, newEmail, newMember, newOwner } from "../harness/users.js";
import type { AuditEvent, Page, SignIn } from "../harness/wire.js";

const service = useService();
const MEMBERS = "/api/accounts/me/members";
const ME = "/api/users/me";

describe("GET and PATCH /api/users/me", () => {
  test("a person changes name and e-mail, the e-mail with the password, and signs in with the new one", async () => {
    const member = await newMember(await newOwner(service()));
    expect(expectStatus(await member.get(ME), 200).json()).toEqual(member.user);
    const email = newEmail();
    expectFieldErrors(await member.patch(ME, { email }), { current_password: "required" });
    expectFieldErrors(await member.patch(ME, { email, current_password: "wrong" }), {
      current_password: "invalid_value",
    });
    const changes = { name: "New Name", email, current_password: member.password };
    expect(expectStatus(await member.patch(ME, changes), 200).json()).toEqual({
      ...member.user,
      name: "New Name",
      email,
    });
    expectProblem(await member.login(), 401, "invalid_credentials");
    member.email = email;
    expect(expectStatus(await member.login(), 200).json<SignIn>().user).toMatchObject({ name: "New Name" });
  });

  test("an e-mail of somebody else is email_taken", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const changes = { email: owner.email, current_password: member.password };
    expectProblem(await member.patch(ME, changes), 409, "email_taken");
    expectStatus(await member.login(), 200);
  });
});

describe("GET /api/users/me/export", () => {
  test("is an attachment with the person's own data alone", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner, { name: "Mina" });
    const response = expectStatus(await member.get(`${ME}/export`), 200);
    expect(response.headers["content-disposition"]).toMatch(/^attachment; filename=/);
    expect(response.headers["content-type"]).toMatch(/^application\/json/);
    expect(response.json()).toMatchObject({
      user: { id: member.user.id, name: "Mina", email: member.email, role: "member" },
      sessions: [{ id: member.sessionId }],
    });
    for (const other of [owner.email, owner.sessionId]) expect(response.text).not.toContain(other);
  });
});

describe("PATCH /api/accounts/me (owner) {name}", () => {
  test("the next refresh tells the new name", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const account = { id: owner.user.account.id, name: "Another Ltd" };
    expect(
      expectStatus(await owner.patch("/api/accounts/me", { name: " Another Ltd " }), 200).json(),
    ).toMatchObject(account);
    expectStatus(await member.refresh(), 200);
    expect(member.user.account).toEqual(account);
    expectProblem(await member.patch("/api/accounts/me", { name: "Mine" }), 403, "forbidden");
    expectFieldErrors(await owner.patch("/api/accounts/me", { name: "" }), { name: "required" });
  });
});

describe("DELETE /api/accounts/me/members/{id} of an open invitation", () => {
  test("withdraws it: the link opens nothing, and the e-mail can be invited again", async () => {
    const owner = await newOwner(service());
    const { member, token, email } = await invite(owner);
    expectStatus(await owner.delete(`${MEMBERS}/${member.id}`), 204);
    expectFieldErrors(await owner.post("/api/auth/invitation", { token }), { token: "invalid_value" });
    expectProblem(await owner.delete(`${MEMBERS}/${member.id}`), 404, "not_found");
    expect((await invite(owner, { email })).member.id).not.toBe(member.id);
  });
});

test("the audit trail has the types of these acts", async () => {
  const owner = await newOwner(service());
  const invited = await invite(owner);
  expectStatus(await owner.delete(`${MEMBERS}/${invited.member.id}`), 204);
  expectStatus(await owner.post(`${MEMBERS}/${owner.user.id}/password-link`), 201);
  expectStatus(await owner.patch(ME, { name: "Olive O." }), 200);
  expectStatus(await owner.patch("/api/accounts/me", { name: "Other Ltd" }), 200);
  for (const type of [
    "member.invitation_withdrawn",
    "password.link_made",
    "user.changed",
    "account.renamed",
  ]) {
    const response = await owner.get(`/api/accounts/me/security/events?type=${type}`);
    const { items } = expectStatus(response, 200).json<Page<AuditEvent>>();
    expect(items).toMatchObject([{ type, actor: { id: owner.user.id }, session_id: owner.sessionId }]);
  }
});
