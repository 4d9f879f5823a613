import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  accept,
  invite,
  inviteCall,
  join,
  login,
  refresh,
  register,
  type SignedIn,
  signedIn,
} from "../api-calls.js";
import { createTestService, PASSWORD, type TestService } from "../test-service.js";

const PATH = "/api/accounts/me/members";
const MINUTE_MS = 60_000;
const REAUTHENTICATE = { status: 403, body: { code: "reauthentication_required" } };
const NOT_FOUND = { status: 404, body: { code: "not_found" } };
const FORBIDDEN = { status: 403, body: { code: "forbidden" } };

describe("the members of an account", () => {
  let service: TestService;
  let ada: SignedIn;
  beforeEach(async () => {
    service = await createTestService();
    ada = await register(service, "Ada");
  });
  afterEach(() => service.close());

  const list = async (owner = ada) => (await service.call("GET", PATH, { token: owner.token })).body.items;
  const change = (id: string, body: unknown, owner = ada) =>
    service.call("PATCH", `${PATH}/${id}`, { token: owner.token, body });

  /** Advances the clock and refreshes the access token, so that the sign-in is no longer recent. */
  const later = async (person: SignedIn, minutes: number): Promise<SignedIn> => {
    service.clock.stall(minutes * MINUTE_MS);
    await service.clock.advance(1000);
    const answer = await refresh(service, person.cookie);
    return { ...person, token: answer.body.access_token, cookie: answer.cookie ?? "" };
  };

  describe("in the list", () => {
    it("are the users and the invited members, by name", async () => {
      const zoe = await join(service, ada, "Zoe");
      const bob = await join(service, ada, "Bob", "owner");
      const carl = await invite(service, ada, "Carl", "owner");
      await change(zoe.userId, { disabled: true });
      const at = new Date(service.clock.now()).toISOString();
      const row = (person: { email: string }, name: string) => ({ name, email: person.email });
      expect(await list()).toEqual([
        { ...row(ada, "Ada"), id: ada.userId, role: "owner", status: "active", last_login_at: at },
        { ...row(bob, "Bob"), id: bob.userId, role: "owner", status: "active", last_login_at: at },
        { ...row(carl, "Carl"), id: carl.id, role: "owner", status: "invited", last_login_at: null },
        { ...row(zoe, "Zoe"), id: zoe.userId, role: "member", status: "disabled", last_login_at: at },
      ]);
    });

    it("are in the order in which a person looks for names, users and invited members in one list, page by page", async () => {
      const people = ["Bob", "Zoe", "Zoë Übel", "de Vries", "Ängström"];
      for (const [index, name] of people.entries()) {
        const body = { name, email: `person-${index}@example.test`, role: "member" };
        const { invitation } = (await service.call("POST", PATH, { token: ada.token, body })).body;
        if (index % 2 === 0) await accept(service, invitation.url.split("#")[1]);
      }
      const inOrder = ["Ada", "Ängström", "Bob", "de Vries", "Zoe", "Zoë Übel"];
      expect((await list()).map(({ name }: { name: string }) => name)).toEqual(inOrder);
      const seen: string[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
        const { body } = await service.call("GET", `${PATH}?limit=1${query}`, { token: ada.token });
        seen.push(...body.items.map(({ name }: { name: string }) => name));
        cursor = body.next_cursor;
      }
      expect(seen).toEqual(inOrder);
    });

    it("take the cursor of a search with that search alone", async () => {
      for (const name of ["Anna", "Hannah"]) await invite(service, ada, name);
      const page = (query: string) => service.call("GET", `${PATH}?limit=1&${query}`, { token: ada.token });
      const { next_cursor: cursor } = (await page("q=anna")).body;
      expect((await page(`q=ANNA&cursor=${cursor}`)).body.items).toMatchObject([{ name: "Hannah" }]);
      for (const query of ["", "q=a"])
        expect((await page(`${query}&cursor=${cursor}`)).body.errors).toMatchObject([{ field: "cursor" }]);
    });

    it("include a member whose invitation has expired", async () => {
      await invite(service, ada, "Bob");
      service.clock.stall(8 * 24 * 60 * MINUTE_MS);
      await service.clock.advance(1000);
      const { token } = signedIn(await login(service, ada.email));
      const answer = await service.call("GET", PATH, { token });
      expect(answer.body.items[1]).toMatchObject({ name: "Bob", status: "invited" });
    });

    it("do not include members of another account", async () => {
      const eve = await register(service, "Eve");
      await join(service, ada, "Bob");
      await invite(service, ada, "Carl");
      expect((await list(eve)).map((member: { id: string }) => member.id)).toEqual([eve.userId]);
    });

    it("are visible to owners only", async () => {
      const bob = await join(service, ada, "Bob");
      expect(await service.call("GET", PATH, { token: bob.token })).toMatchObject(FORBIDDEN);
      expect(await inviteCall(service, bob, "Carl")).toMatchObject(FORBIDDEN);
      expect(await change(ada.userId, { role: "member" }, bob)).toMatchObject(FORBIDDEN);
      expect(await service.call("GET", PATH)).toMatchObject({
        status: 401,
        body: { code: "unauthenticated" },
      });
    });
  });

  describe("are invited", () => {
    it("with a link that is valid for seven days, and an event in the same transaction", async () => {
      service.clock.stall(1);
      const answer = await inviteCall(service, ada, "Bob");
      expect(answer.status).toBe(201);
      expect(answer.body.member).toEqual({
        id: answer.body.member.id,
        name: "Bob",
        email: "bob@example.test",
        role: "member",
        status: "invited",
        last_login_at: null,
      });
      expect(answer.body.invitation.url).toMatch(/^http:\/\/localhost:4000\/invite#[\w-]{86}$/);
      expect(answer.body.invitation.expires_at).toBe(
        new Date(service.clock.now() + 7 * 24 * 60 * MINUTE_MS).toISOString(),
      );
      expect((await service.trail(ada.accountId))[0]).toEqual({
        type: "member.invited",
        actorId: ada.userId,
        sessionId: ada.sessionId,
        ip: "192.0.2.1",
        details: {
          user_id: answer.body.member.id,
          name: "Bob",
          email: "bob@example.test",
          role: "member",
        },
      });
    });

    it("under the id of the future user", async () => {
      const { id, token } = await invite(service, ada, "Bob");
      expect(signedIn(await accept(service, token)).userId).toBe(id);
      expect((await list()).map((member: { id: string }) => member.id)).toEqual([ada.userId, id]);
    });

    it("again under the same id with new name, e-mail and role, and the old link stops working", async () => {
      const first = await invite(service, ada, "Bob");
      const again = await service.call("POST", PATH, {
        token: ada.token,
        body: { name: "Robert", email: "BOB@example.test", role: "owner" },
      });
      expect(again.body.member).toMatchObject({
        id: first.id,
        name: "Robert",
        email: "BOB@example.test",
        role: "owner",
      });
      expect(await list()).toHaveLength(2);
      expect((await accept(service, first.token)).status).toBe(422);
      const { url } = again.body.invitation;
      const joined = await accept(service, url.slice(url.indexOf("#") + 1));
      expect(joined.body.user).toMatchObject({ id: first.id, name: "Robert", role: "owner" });
    });

    it("once by two concurrent invitations", async () => {
      const answers = await Promise.all([inviteCall(service, ada, "Bob"), inviteCall(service, ada, "Bob")]);
      expect(answers.map((answer) => answer.status)).toEqual([201, 201]);
      expect(answers[0]?.body.member.id).toBe(answers[1]?.body.member.id);
      expect(await list()).toHaveLength(2);
    });

    it.each(["ADA@example.test", "eve@example.test", "bob@EXAMPLE.test"])(
      "unless a user of any account has the e-mail: %s",
      async (email) => {
        await register(service, "Eve");
        await join(service, ada, "Bob");
        const before = await service.rowCounts();
        const answer = await service.call("POST", PATH, {
          token: ada.token,
          body: { name: "Someone", email, role: "member" },
        });
        expect(answer).toMatchObject({ status: 409, body: { code: "email_taken" } });
        expect(await service.rowCounts()).toEqual(before);
      },
    );

    it("by two accounts, and join the one whose link they accept", async () => {
      const eve = await register(service, "Eve");
      const one = await invite(service, ada, "Bob");
      const other = await invite(service, eve, "Bob");
      expect(one.id).not.toBe(other.id);
      expect(signedIn(await accept(service, other.token)).accountId).toBe(eve.accountId);
      expect(await accept(service, one.token)).toMatchObject({ status: 409, body: { code: "email_taken" } });
    });

    it("as an owner only after a recent sign-in, as a member at any time", async () => {
      const stale = await later(ada, 16);
      expect(await inviteCall(service, stale, "Bob", "owner")).toMatchObject(REAUTHENTICATE);
      expect((await inviteCall(service, stale, "Bob", "member")).status).toBe(201);
      const fresh = signedIn(await login(service, ada.email));
      expect((await inviteCall(service, fresh, "Carl", "owner")).status).toBe(201);
    });

    it("only after the check for a recent sign-in, which precedes the check of the e-mail", async () => {
      const stale = await later(ada, 16);
      expect(await inviteCall(service, stale, "Ada", "owner")).toMatchObject(REAUTHENTICATE);
    });

    it.each([
      [{}, { name: "required", email: "required", role: "required" }],
      [
        { name: " ", email: "nobody", role: "king" },
        { name: "required", email: "invalid_email", role: "invalid_value" },
      ],
      [
        { name: "x".repeat(201), email: 1, role: "member" },
        { name: "out_of_range", email: "wrong_type" },
      ],
      [{ name: "x", email: "x@example.test", role: "member", admin: true }, { admin: "unknown_field" }],
    ])("only with valid fields: %j", async (body, faults) => {
      const answer = await service.call("POST", PATH, { token: ada.token, body });
      expect(answer.status).toBe(422);
      const reported = answer.body.errors.map((fault: { field: string; code: string }) => [
        fault.field,
        fault.code,
      ]);
      expect(Object.fromEntries(reported)).toEqual(faults);
    });

    it("not at all if the event can't be written", async () => {
      const call = service.callWith({
        // biome-ignore lint/correctness/useYield: a unit that breaks before its first statement
        *writeEvent() {
          throw new Error("the power went");
        },
      });
      const body = { name: "Bob", email: "bob@example.test", role: "member" };
      expect((await call("POST", PATH, { token: ada.token, body })).status).toBe(500);
      expect(await list()).toHaveLength(1);
    });
  });

  describe("are changed", () => {
    it("to another role, which takes effect at their next refresh", async () => {
      const bob = await join(service, ada, "Bob");
      service.clock.stall(1);
      const answer = await change(bob.userId, { role: "owner" });
      expect(answer).toMatchObject({
        status: 200,
        body: { id: bob.userId, role: "owner", status: "active" },
      });
      expect(await service.call("GET", PATH, { token: bob.token })).toMatchObject({
        status: 401,
        body: { code: "token_expired" },
      });
      const { access_token: token } = (await refresh(service, bob.cookie)).body;
      expect((await service.call("GET", PATH, { token })).status).toBe(200);
      expect((await service.trail(ada.accountId))[0]).toMatchObject({
        type: "member.role_changed",
        actorId: ada.userId,
        details: { user_id: bob.userId, before: "member", after: "owner" },
      });
    });

    it("to owner only after a recent sign-in, and from owner to member at any time", async () => {
      const bob = await join(service, ada, "Bob");
      const carl = await join(service, ada, "Carl", "owner");
      const stale = await later(ada, 16);
      expect(await change(bob.userId, { role: "owner" }, stale)).toMatchObject(REAUTHENTICATE);
      expect((await change(carl.userId, { role: "owner" }, stale)).status).toBe(200);
      expect((await change(carl.userId, { role: "member" }, stale)).status).toBe(200);
      expect((await change(bob.userId, { disabled: true }, stale)).status).toBe(200);
    });

    it("to enabled only after a recent sign-in if they are an owner, and at any time if they are a member", async () => {
      const bob = await join(service, ada, "Bob");
      const carl = await join(service, ada, "Carl", "owner");
      for (const { userId } of [bob, carl]) await change(userId, { disabled: true });
      const stale = await later(ada, 16);
      expect(await change(carl.userId, { disabled: false }, stale)).toMatchObject(REAUTHENTICATE);
      expect((await change(bob.userId, { disabled: false }, stale)).status).toBe(200);
      expect((await change(carl.userId, { disabled: false, role: "member" }, stale)).status).toBe(200);
      await change(carl.userId, { disabled: true }, stale);
      const fresh = signedIn(await login(service, ada.email));
      expect((await change(carl.userId, { disabled: false, role: "owner" }, stale)).status).toBe(403);
      expect((await change(carl.userId, { disabled: false, role: "owner" }, fresh)).status).toBe(200);
    });

    it("to disabled, which ends their sessions and blocks sign-in, and back to active", async () => {
      const bob = await join(service, ada, "Bob");
      const answer = await change(bob.userId, { disabled: true });
      expect(answer).toMatchObject({ status: 200, cookie: null, body: { status: "disabled" } });
      expect(await refresh(service, bob.cookie)).toMatchObject({
        status: 401,
        body: { code: "session_revoked", reason: "user_disabled" },
      });
      expect((await login(service, bob.email)).status).toBe(401);
      expect((await change(bob.userId, { disabled: false })).body).toMatchObject({ status: "active" });
      expect((await login(service, bob.email)).status).toBe(200);
    });

    it("not at all by an empty change", async () => {
      const bob = await join(service, ada, "Bob");
      const { id } = await invite(service, ada, "Carl");
      const before = [await list(), await service.rowCounts()];
      expect(await change(bob.userId, {})).toMatchObject({ status: 200, body: { id: bob.userId } });
      expect(await change(id, {})).toMatchObject({ status: 200, body: { id, status: "invited" } });
      expect([await list(), await service.rowCounts()]).toEqual(before);
    });

    it("unless the account would have no owner left", async () => {
      await join(service, ada, "Bob");
      const lastOwner = { status: 409, body: { code: "last_owner" } };
      expect(await change(ada.userId, { role: "member" })).toMatchObject(lastOwner);
      expect(await change(ada.userId, { disabled: true })).toMatchObject(lastOwner);
      await invite(service, ada, "Carl", "owner");
      expect(await change(ada.userId, { disabled: true })).toMatchObject(lastOwner);
      expect((await refresh(service, ada.cookie)).status).toBe(200);
    });

    it("even if the caller disables themselves, which deletes the cookie", async () => {
      await join(service, ada, "Bob", "owner");
      const answer = await change(ada.userId, { disabled: true });
      expect(answer).toMatchObject({ status: 200, cookie: "", body: { status: "disabled" } });
      expect((await service.call("GET", PATH, { token: ada.token })).status).toBe(401);
    });

    it("not by owners of another account", async () => {
      const eve = await register(service, "Eve");
      const bob = await join(service, ada, "Bob");
      const { id } = await invite(service, ada, "Carl");
      for (const memberId of [ada.userId, bob.userId, id, eve.accountId, "no id"]) {
        expect(await change(memberId, { role: "owner" }, eve)).toMatchObject(NOT_FOUND);
        expect(await change(memberId, { disabled: true }, eve)).toMatchObject(NOT_FOUND);
        expect(await change(memberId, {}, eve)).toMatchObject(NOT_FOUND);
      }
      expect(
        (await list()).map(({ role, status }: { role: string; status: string }) => [role, status]),
      ).toEqual([
        ["owner", "active"],
        ["member", "active"],
        ["member", "invited"],
      ]);
    });

    it("before they join: to the role that they then join with", async () => {
      const bob = await invite(service, ada, "Bob");
      service.clock.stall(1);
      const answer = await change(bob.id, { role: "owner" });
      expect(answer).toMatchObject({ status: 200, body: { id: bob.id, role: "owner", status: "invited" } });
      expect((await service.trail(ada.accountId))[0]).toEqual({
        type: "member.role_changed",
        actorId: ada.userId,
        sessionId: ada.sessionId,
        ip: "192.0.2.1",
        details: { user_id: bob.id, before: "member", after: "owner" },
      });
      expect((await accept(service, bob.token)).body.user).toMatchObject({ id: bob.id, role: "owner" });
    });

    it("before they join: to owner only after a recent sign-in", async () => {
      const bob = await invite(service, ada, "Bob");
      const carl = await invite(service, ada, "Carl", "owner");
      const stale = await later(ada, 16);
      expect(await change(bob.id, { role: "owner" }, stale)).toMatchObject(REAUTHENTICATE);
      expect((await change(carl.id, { role: "owner" }, stale)).status).toBe(200);
      expect((await change(carl.id, { role: "member" }, stale)).body).toMatchObject({ role: "member" });
    });

    it("before they join: not to disabled", async () => {
      const bob = await invite(service, ada, "Bob");
      expect(await change(bob.id, { disabled: true, role: "owner" })).toMatchObject({
        status: 422,
        body: { errors: [{ field: "disabled", code: "invalid_value" }] },
      });
      expect((await change(bob.id, { disabled: false })).body).toMatchObject({ role: "member" });
      expect((await accept(service, bob.token)).body.user).toMatchObject({ role: "member" });
    });

    it("only with valid fields", async () => {
      const bob = await join(service, ada, "Bob");
      const answer = await change(bob.userId, { role: "king", disabled: "yes", password: PASSWORD });
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toMatchObject([
        { field: "role", code: "invalid_value" },
        { field: "disabled", code: "wrong_type" },
        { field: "password", code: "unknown_field" },
      ]);
    });
  });
});
