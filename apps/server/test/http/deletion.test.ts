import { describe, expect, test } from "vitest";
import { expectFieldErrors, expectProblem, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { invite, newMember, newOwner } from "../harness/users.js";
import type { AuditEvent, Page } from "../harness/wire.js";

const service = useService();
const ME = "/api/users/me";
const ACCOUNT = "/api/accounts/me";
const MEMBERS = `${ACCOUNT}/members`;
const GONE = { reason: "user_deleted" };

describe("DELETE /api/accounts/me/members/{id} of a person", () => {
  test("ends their sessions, which are told why, and the e-mail can be invited again", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner, { name: "Mina Zebedee" });
    expectProblem(await member.delete(`${MEMBERS}/${owner.user.id}`), 403, "forbidden");
    expectStatus(await owner.delete(`${MEMBERS}/${member.user.id}`), 204);
    expect(expectProblem(await member.get("/api/auth/session"), 401, "session_revoked")).toMatchObject(GONE);
    expect(expectProblem(await member.refresh(), 401, "session_revoked")).toMatchObject(GONE);
    expectProblem(await member.login(), 401, "invalid_credentials");
    expectProblem(await owner.delete(`${MEMBERS}/${member.user.id}`), 404, "not_found");
    const events = await owner.get(`${ACCOUNT}/security/events`);
    for (const trace of ["Mina Zebedee", member.email, member.user.id])
      expect(events.text).not.toContain(trace);
    expect(events.json<Page<AuditEvent>>().items[0]).toMatchObject({
      type: "member.deleted",
      actor: { id: owner.user.id },
    });
    expectStatus(await (await newMember(owner, { email: member.email })).login(), 200);
  });

  test("with ?status=invited withdraws an invitation alone", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const invited = await invite(owner);
    expectProblem(await owner.delete(`${MEMBERS}/${member.user.id}?status=invited`), 404, "not_found");
    expectStatus(await owner.delete(`${MEMBERS}/${invited.member.id}?status=invited`), 204);
    expectStatus(await member.refresh(), 200);
  });
});

describe("DELETE /api/users/me", () => {
  test("needs the password, clears the cookie, and never takes the last owner", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    expectFieldErrors(await member.delete(ME), { current_password: "required" });
    expectFieldErrors(await member.delete(ME, { json: { current_password: "wrong" } }), {
      current_password: "invalid_value",
    });
    expectProblem(await owner.delete(ME, { json: { current_password: owner.password } }), 409, "last_owner");
    const answer = expectStatus(
      await member.delete(ME, { json: { current_password: member.password } }),
      204,
    );
    expect(answer.setCookies).toEqual([expect.stringMatching(/^[^=]+=;.*Max-Age=0/)]);
    expectProblem(await member.login(), 401, "invalid_credentials");
    expectStatus(await owner.refresh(), 200);
  });
});

describe("DELETE /api/accounts/me", () => {
  test("needs its name, ends everybody's sessions with account_deleted, and frees the e-mails", async () => {
    const owner = await newOwner(service(), { accountName: "Zebedee Ltd" });
    const member = await newMember(owner);
    expectProblem(await member.delete(ACCOUNT, { json: { account_name: "Zebedee Ltd" } }), 403, "forbidden");
    expectFieldErrors(await owner.delete(ACCOUNT, { json: { account_name: "Zebedee" } }), {
      account_name: "invalid_value",
    });
    expectStatus(await owner.refresh(), 200);
    const answer = expectStatus(await owner.delete(ACCOUNT, { json: { account_name: "Zebedee Ltd" } }), 204);
    expect(answer.setCookies).toEqual([expect.stringMatching(/^[^=]+=;.*Max-Age=0/)]);
    for (const person of [owner, member]) {
      const problem = expectProblem(await person.get("/api/auth/session"), 401, "session_revoked");
      expect(problem).toMatchObject({ reason: "account_deleted" });
      expectProblem(await person.login(), 401, "invalid_credentials");
    }
    expect(expectProblem(await member.refresh(), 401, "session_revoked")).toMatchObject({
      reason: "account_deleted",
    });
    const again = await newOwner(service(), { email: member.email });
    expect(again.user.account.id).not.toBe(owner.user.account.id);
  });
});
