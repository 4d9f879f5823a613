import { describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import {
  expectFieldErrors,
  expectProblem,
  expectRevoked,
  expectStatus,
  RFC_3339,
  UUID_V7,
} from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { invite, newDevice, newEmail, newMember, newOwner } from "../harness/users.js";
import type { Member, MemberInvitation } from "../harness/wire.js";

const service = useService();
const MEMBERS = "/api/accounts/me/members";

const members = async (owner: ApiClient): Promise<readonly Member[]> =>
  expectStatus(await owner.get(MEMBERS), 200).json<{ items: Member[] }>().items;

interface MemberPage {
  readonly items: readonly Member[];
  readonly next_cursor: string | null;
}

const pathOf = (client: ApiClient): string => `${MEMBERS}/${client.user.id}`;

describe("GET /api/accounts/me → {id, name, created_at}", () => {
  test("returns the account to owners and members", async () => {
    const owner = await newOwner(service(), { accountName: "Example & Sons" });
    const member = await newMember(owner);
    for (const client of [owner, member])
      expect(expectStatus(await client.get("/api/accounts/me"), 200).json()).toEqual({
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

  test("pages of users and invitations, by name, hold each once, and the last one has no cursor", async () => {
    const owner = await newOwner(service(), { name: "Mona" });
    await newMember(owner, { name: "Zoe" });
    for (const name of ["Nora", "Abe", "Mona"]) await invite(owner, { name });
    const names: string[] = [];
    let query = "?limit=2";
    while (query !== "") {
      const body = expectStatus(await owner.get(`${MEMBERS}${query}`), 200).json<MemberPage>();
      expect(body.items.length).toBeLessThanOrEqual(2);
      names.push(...body.items.map((member) => member.name));
      query = body.next_cursor === null ? "" : `?limit=2&cursor=${encodeURIComponent(body.next_cursor)}`;
    }
    expect(names).toEqual(["Abe", "Mona", "Mona", "Nora", "Zoe"]);
  });

  test("a limit outside 1 to 200 and a cursor of another account are refused", async () => {
    const owner = await newOwner(service());
    for (const limit of [0, 201])
      expectFieldErrors(await owner.get(`${MEMBERS}?limit=${limit}`), { limit: "out_of_range" });
    const other = await newOwner(service());
    await invite(other);
    const { next_cursor } = (await other.get(`${MEMBERS}?limit=1`)).json<MemberPage>();
    for (const cursor of [next_cursor ?? "", "x"])
      expectFieldErrors(await owner.get(`${MEMBERS}?cursor=${encodeURIComponent(cursor)}`), {
        cursor: "invalid_value",
      });
  });

  test("last_login_at is the time of the last sign-in, not of a refresh", async () => {
    const owner = await newOwner(service());
    const device = await newDevice(owner);
    expectStatus(await owner.refresh(), 200);
    expect((await members(owner))[0]?.last_login_at).toBe(device.signedIn.session.started_at);
  });

  test("a member gets 403 from each operation on members", async () => {
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
  test("returns the member and a link to this service that is valid for 7 days", async () => {
    const owner = await newOwner(service());
    const email = newEmail();
    const response = expectStatus(await owner.post(MEMBERS, { name: " Ina ", email, role: "member" }), 201);
    const { member, invitation } = response.json<MemberInvitation>();
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
    const validForMs = Date.parse(invitation.expires_at) - Date.now();
    expect(Math.abs(validForMs - 7 * 86_400_000)).toBeLessThan(10_000);
  });

  test("an e-mail that a user of any account has is email_taken, in any case", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const otherOwner = await newOwner(service());
    for (const email of [owner.email, member.email, otherOwner.email, member.email.toUpperCase()])
      expectProblem(await owner.post(MEMBERS, { name: "N", email, role: "member" }), 409, "email_taken");
  });

  test("reports all field errors together, and invites no member", async () => {
    const owner = await newOwner(service());
    expectFieldErrors(await owner.post(MEMBERS, { email: "plain", role: "king", x: 1 }), {
      name: "required",
      email: "invalid_email",
      role: "invalid_value",
      x: "unknown_field",
    });
    expect(await members(owner)).toHaveLength(1);
  });
});

describe("PATCH /api/accounts/me/members/{id} (owner) {role?, disabled?} → 200, the member", () => {
  test("disabling ends the user's sessions as user_disabled, and returns the member", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const device = await newDevice(member);
    const response = expectStatus(await owner.patch(pathOf(member), { disabled: true }), 200);
    expect(response.json()).toEqual({
      id: member.user.id,
      name: member.user.name,
      email: member.email,
      role: "member",
      status: "disabled",
      last_login_at: device.signedIn.session.started_at,
    });
    for (const client of [member, device]) {
      expectRevoked(await client.get("/api/auth/session"), "user_disabled");
      expectRevoked(await client.refresh(), "user_disabled");
    }
  });

  test("enabling again revives no session, and the user can sign in", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    expectStatus(await owner.patch(pathOf(member), { disabled: true }), 200);
    const enabled = expectStatus(await owner.patch(pathOf(member), { disabled: false }), 200).json<Member>();
    expect(enabled.status).toBe("active");
    expectRevoked(await member.refresh(), "user_disabled");
    expectStatus(await member.login(), 200);
  });

  test("the last active owner can't be disabled or demoted, and nothing changes", async () => {
    const owner = await newOwner(service());
    const second = await newMember(owner, { role: "owner" });
    expectStatus(await owner.patch(pathOf(second), { disabled: true }), 200);
    await invite(owner, { role: "owner" });
    for (const change of [{ disabled: true }, { role: "member" }, { role: "member", disabled: true }])
      expectProblem(await owner.patch(pathOf(owner), change), 409, "last_owner");
    expectStatus(await owner.get("/api/auth/session"), 200);
    expect(expectStatus(await owner.refresh(), 200).json<{ user: { role: string } }>().user.role).toBe(
      "owner",
    );
  });

  test("of two owners who demote each other concurrently, one stays an owner", async () => {
    const owner = await newOwner(service());
    const second = await newMember(owner, { role: "owner" });
    const responses = await Promise.all([
      owner.patch(pathOf(second), { role: "member" }),
      second.patch(pathOf(owner), { role: "member" }),
    ]);
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
    const remaining = await Promise.all([owner, second].map((client) => client.refresh()));
    const roles = remaining.map((response) => response.json<{ user: { role: string } }>().user.role);
    expect(roles.sort()).toEqual(["member", "owner"]);
  });

  test("an empty change and unchanged values have no effect", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    for (const change of [{}, { role: "member" }, { disabled: false }])
      expectStatus(await owner.patch(pathOf(member), change), 200);
    expectStatus(await member.get("/api/auth/session"), 200);
    const { text } = await owner.get("/api/accounts/me/security/events");
    expect(text).not.toMatch(/role_changed|member\.enabled/);
  });

  test("an unknown role and a flag that is not a boolean are field errors", async () => {
    const owner = await newOwner(service());
    expectFieldErrors(await owner.patch(pathOf(owner), { role: "king", disabled: "yes", name: "x" }), {
      role: "invalid_value",
      disabled: "wrong_type",
      name: "unknown_field",
    });
  });

  test("a demoted owner can no longer change members", async () => {
    const owner = await newOwner(service());
    const second = await newMember(owner, { role: "owner" });
    expectStatus(await owner.patch(pathOf(second), { role: "member" }), 200);
    expectStatus(await second.refresh(), 200);
    expectProblem(await second.patch(pathOf(owner), { disabled: true }), 403, "forbidden");
  });
});
