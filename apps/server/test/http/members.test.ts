import { describe, expect, test } from "vitest";
import {
  expectFaults,
  expectProblem,
  expectRevoked,
  expectStatus,
  RFC_3339,
  UUID_V7,
} from "../harness/expectations.js";
import { anotherDevice, invite, newEmail, newMember, newOwner } from "../harness/people.js";
import { useService } from "../harness/service.js";
import type { Visitor } from "../harness/visitor.js";
import type { Invited, Member } from "../harness/wire.js";

const service = useService();
const MEMBERS = "/api/accounts/me/members";

const members = async (owner: Visitor): Promise<readonly Member[]> =>
  expectStatus(await owner.get(MEMBERS), 200).as<{ items: Member[] }>().items;

const pathOf = (visitor: Visitor): string => `${MEMBERS}/${visitor.user.id}`;

describe("GET /api/accounts/me → {id, name, created_at}", () => {
  test("for owners and members alike", async () => {
    const owner = await newOwner(service(), { accountName: "Example & Sons" });
    const member = await newMember(owner);
    for (const visitor of [owner, member])
      expect(expectStatus(await visitor.get("/api/accounts/me"), 200).as()).toEqual({
        id: owner.user.account.id,
        name: "Example & Sons",
        created_at: expect.stringMatching(RFC_3339),
      });
  });
});

describe("GET /api/accounts/me/members (owner)", () => {
  test("lists active, invited and disabled members, each with exactly the contract's fields", async () => {
    const owner = await newOwner(service(), { name: "Olive" });
    const active = await newMember(owner, { name: "Ada" });
    const disabled = await newMember(owner, { name: "Dora" });
    expectStatus(await owner.patch(pathOf(disabled), { disabled: true }), 200);
    const invited = await invite(owner, { name: "Ina", role: "owner" });
    const found = Object.fromEntries((await members(owner)).map((member) => [member.name, member]));
    expect(found).toEqual({
      Olive: {
        id: owner.user.id,
        name: "Olive",
        email: owner.email,
        role: "owner",
        status: "active",
        last_login_at: owner.signedIn.session.started_at,
      },
      Ada: {
        id: active.user.id,
        name: "Ada",
        email: active.email,
        role: "member",
        status: "active",
        last_login_at: active.signedIn.session.started_at,
      },
      Dora: expect.objectContaining({ id: disabled.user.id, status: "disabled" }),
      Ina: {
        id: invited.member.id,
        name: "Ina",
        email: invited.email,
        role: "owner",
        status: "invited",
        last_login_at: null,
      },
    });
  });

  test("last_login_at is the last sign-in's, not a refresh's", async () => {
    const owner = await newOwner(service());
    const device = await anotherDevice(owner);
    expectStatus(await owner.refresh(), 200);
    expect((await members(owner))[0]?.last_login_at).toBe(device.signedIn.session.started_at);
  });

  test("a member gets 403 on each of the three", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    expectProblem(await member.get(MEMBERS), 403, "forbidden");
    expectProblem(
      await member.post(MEMBERS, { name: "N", email: newEmail(), role: "member" }),
      403,
      "forbidden",
    );
    expectProblem(await member.patch(pathOf(member), { role: "owner" }), 403, "forbidden");
  });
});

describe("POST /api/accounts/me/members (owner) → 201 {member, invitation: {url, expires_at}}", () => {
  test("answers the member and a link of this service that is good for 7 days", async () => {
    const owner = await newOwner(service());
    const email = newEmail();
    const answer = expectStatus(await owner.post(MEMBERS, { name: " Ina ", email, role: "member" }), 201);
    const { member, invitation } = answer.as<Invited>();
    expect(member).toEqual({
      id: expect.stringMatching(UUID_V7),
      name: "Ina",
      email,
      role: "member",
      status: "invited",
      last_login_at: null,
    });
    expect(invitation.url).toMatch(/\/invite#[\w-]{20,}/);
    expect(invitation.url.startsWith(`${service().url}/invite#`)).toBe(true);
    const lasts = Date.parse(invitation.expires_at) - Date.now();
    expect(Math.abs(lasts - 7 * 86_400_000)).toBeLessThan(10_000);
  });

  test("an e-mail that is a user's already is email_taken: of this account, of another, in any case", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const elsewhere = await newOwner(service());
    for (const email of [owner.email, member.email, elsewhere.email, member.email.toUpperCase()])
      expectProblem(await owner.post(MEMBERS, { name: "N", email, role: "member" }), 409, "email_taken");
  });

  test("all faults at once, and nobody is invited", async () => {
    const owner = await newOwner(service());
    expectFaults(await owner.post(MEMBERS, { email: "plain", role: "king", x: 1 }), {
      name: "required",
      email: "invalid_email",
      role: "invalid_value",
      x: "unknown_field",
    });
    expect(await members(owner)).toHaveLength(1);
  });
});

describe("PATCH /api/accounts/me/members/{id} (owner) {role?, disabled?} → 200, the member", () => {
  test("disabling ends the user's sessions as user_disabled, and answers the member", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const device = await anotherDevice(member);
    const answer = expectStatus(await owner.patch(pathOf(member), { disabled: true }), 200);
    expect(answer.as()).toEqual({
      id: member.user.id,
      name: member.user.name,
      email: member.email,
      role: "member",
      status: "disabled",
      last_login_at: device.signedIn.session.started_at,
    });
    for (const visitor of [member, device]) {
      expectRevoked(await visitor.get("/api/auth/session"), "user_disabled");
      expectRevoked(await visitor.refresh(), "user_disabled");
    }
  });

  test("enabling again brings no session back, and lets the user sign in", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    expectStatus(await owner.patch(pathOf(member), { disabled: true }), 200);
    const enabled = expectStatus(await owner.patch(pathOf(member), { disabled: false }), 200).as<Member>();
    expect(enabled.status).toBe("active");
    expectRevoked(await member.refresh(), "user_disabled");
    expectStatus(await member.login(), 200);
  });

  test("the last active owner can't be disabled or demoted, and nothing of the change is made", async () => {
    const owner = await newOwner(service());
    const second = await newMember(owner, { role: "owner" });
    expectStatus(await owner.patch(pathOf(second), { disabled: true }), 200);
    await invite(owner, { role: "owner" });
    for (const change of [{ disabled: true }, { role: "member" }, { role: "member", disabled: true }])
      expectProblem(await owner.patch(pathOf(owner), change), 409, "last_owner");
    expectStatus(await owner.get("/api/auth/session"), 200);
    expect(expectStatus(await owner.refresh(), 200).as<{ user: { role: string } }>().user.role).toBe("owner");
  });

  test("of two owners who demote each other at once, one remains", async () => {
    const owner = await newOwner(service());
    const second = await newMember(owner, { role: "owner" });
    const answers = await Promise.all([
      owner.patch(pathOf(second), { role: "member" }),
      second.patch(pathOf(owner), { role: "member" }),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const remaining = await Promise.all([owner, second].map((visitor) => visitor.refresh()));
    const roles = remaining.map((answer) => answer.as<{ user: { role: string } }>().user.role);
    expect(roles.sort()).toEqual(["member", "owner"]);
  });

  test("an empty change and the same values change nothing", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    for (const change of [{}, { role: "member" }, { disabled: false }])
      expectStatus(await owner.patch(pathOf(member), change), 200);
    expectStatus(await member.get("/api/auth/session"), 200);
    const { text } = await owner.get("/api/accounts/me/security/events");
    expect(text).not.toMatch(/role_changed|member\.enabled/);
  });

  test("faults: a role that is none, a flag that is no boolean", async () => {
    const owner = await newOwner(service());
    expectFaults(await owner.patch(pathOf(owner), { role: "king", disabled: "yes", name: "x" }), {
      role: "invalid_value",
      disabled: "wrong_type",
      name: "unknown_field",
    });
  });

  test("a demoted owner's running calls stop being an owner's", async () => {
    const owner = await newOwner(service());
    const second = await newMember(owner, { role: "owner" });
    expectStatus(await owner.patch(pathOf(second), { role: "member" }), 200);
    expectStatus(await second.refresh(), 200);
    expectProblem(await second.patch(pathOf(owner), { disabled: true }), 403, "forbidden");
  });
});
