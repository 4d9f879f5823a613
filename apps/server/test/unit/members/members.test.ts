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
} from "../acts.js";
import { createWorld, PASSWORD, type World } from "../world.js";

const PATH = "/api/accounts/me/members";
const MINUTE_MS = 60_000;
const REAUTHENTICATE = { status: 403, body: { code: "reauthentication_required" } };
const NOT_FOUND = { status: 404, body: { code: "not_found" } };
const FORBIDDEN = { status: 403, body: { code: "forbidden" } };

describe("the members of an account", () => {
  let world: World;
  let ada: SignedIn;
  beforeEach(async () => {
    world = await createWorld();
    ada = await register(world, "Ada");
  });
  afterEach(() => world.close());

  const list = async (owner = ada) => (await world.call("GET", PATH, { token: owner.token })).body.items;
  const change = (id: string, body: unknown, owner = ada) =>
    world.call("PATCH", `${PATH}/${id}`, { token: owner.token, body });

  /** Lets time pass until a sign-in is no longer recent, and renews the access token. */
  const later = async (person: SignedIn, minutes: number): Promise<SignedIn> => {
    world.clock.stall(minutes * MINUTE_MS);
    await world.clock.advance(1000);
    const answer = await refresh(world, person.cookie);
    return { ...person, token: answer.body.access_token, cookie: answer.cookie ?? "" };
  };

  describe("as a list", () => {
    it("are its users by name, and after them those who were invited", async () => {
      const zoe = await join(world, ada, "Zoe");
      const bob = await join(world, ada, "Bob", "owner");
      const carl = await invite(world, ada, "Carl", "owner");
      await change(zoe.userId, { disabled: true });
      const at = new Date(world.clock.now()).toISOString();
      const row = (person: { email: string }, name: string) => ({ name, email: person.email });
      expect(await list()).toEqual([
        { ...row(ada, "Ada"), id: ada.userId, role: "owner", status: "active", last_login_at: at },
        { ...row(bob, "Bob"), id: bob.userId, role: "owner", status: "active", last_login_at: at },
        { ...row(zoe, "Zoe"), id: zoe.userId, role: "member", status: "disabled", last_login_at: at },
        { ...row(carl, "Carl"), id: carl.id, role: "owner", status: "invited", last_login_at: null },
      ]);
    });

    it("go on to show whom a link was sent to that is too old", async () => {
      await invite(world, ada, "Bob");
      world.clock.stall(8 * 24 * 60 * MINUTE_MS);
      await world.clock.advance(1000);
      const { token } = signedIn(await login(world, ada.email));
      const answer = await world.call("GET", PATH, { token });
      expect(answer.body.items[1]).toMatchObject({ name: "Bob", status: "invited" });
    });

    it("are nobody of another account", async () => {
      const eve = await register(world, "Eve");
      await join(world, ada, "Bob");
      await invite(world, ada, "Carl");
      expect((await list(eve)).map((member: { id: string }) => member.id)).toEqual([eve.userId]);
    });

    it("are for owners alone", async () => {
      const bob = await join(world, ada, "Bob");
      expect(await world.call("GET", PATH, { token: bob.token })).toMatchObject(FORBIDDEN);
      expect(await inviteCall(world, bob, "Carl")).toMatchObject(FORBIDDEN);
      expect(await change(ada.userId, { role: "member" }, bob)).toMatchObject(FORBIDDEN);
      expect(await world.call("GET", PATH)).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    });
  });

  describe("are invited", () => {
    it("with a link that is good for seven days, and an event in the same transaction", async () => {
      world.clock.stall(1);
      const answer = await inviteCall(world, ada, "Bob");
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
        new Date(world.clock.now() + 7 * 24 * 60 * MINUTE_MS).toISOString(),
      );
      expect((await world.trail(ada.accountId))[0]).toEqual({
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

    it("under the id that they have from then on", async () => {
      const { id, token } = await invite(world, ada, "Bob");
      expect(signedIn(await accept(world, token)).userId).toBe(id);
      expect((await list()).map((member: { id: string }) => member.id)).toEqual([ada.userId, id]);
    });

    it("again under the same id, as whom they are called now, and the old link is worth nothing", async () => {
      const first = await invite(world, ada, "Bob");
      const again = await world.call("POST", PATH, {
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
      expect((await accept(world, first.token)).status).toBe(422);
      const { url } = again.body.invitation;
      const joined = await accept(world, url.slice(url.indexOf("#") + 1));
      expect(joined.body.user).toMatchObject({ id: first.id, name: "Robert", role: "owner" });
    });

    it("once, where it happens twice at once", async () => {
      const answers = await Promise.all([inviteCall(world, ada, "Bob"), inviteCall(world, ada, "Bob")]);
      expect(answers.map((answer) => answer.status)).toEqual([201, 201]);
      expect(answers[0]?.body.member.id).toBe(answers[1]?.body.member.id);
      expect(await list()).toHaveLength(2);
    });

    it.each(["ADA@example.test", "eve@example.test", "bob@EXAMPLE.test"])(
      "unless the e-mail is a user's, of whichever account: %s",
      async (email) => {
        await register(world, "Eve");
        await join(world, ada, "Bob");
        const before = await world.rowCounts();
        const answer = await world.call("POST", PATH, {
          token: ada.token,
          body: { name: "Somebody", email, role: "member" },
        });
        expect(answer).toMatchObject({ status: 409, body: { code: "email_taken" } });
        expect(await world.rowCounts()).toEqual(before);
      },
    );

    it("by two accounts at once, and belong to the one whose link they take", async () => {
      const eve = await register(world, "Eve");
      const one = await invite(world, ada, "Bob");
      const other = await invite(world, eve, "Bob");
      expect(one.id).not.toBe(other.id);
      expect(signedIn(await accept(world, other.token)).accountId).toBe(eve.accountId);
      expect(await accept(world, one.token)).toMatchObject({ status: 409, body: { code: "email_taken" } });
    });

    it("as an owner only after a recent sign-in, as a member at any time", async () => {
      const stale = await later(ada, 16);
      expect(await inviteCall(world, stale, "Bob", "owner")).toMatchObject(REAUTHENTICATE);
      expect((await inviteCall(world, stale, "Bob", "member")).status).toBe(201);
      const fresh = signedIn(await login(world, ada.email));
      expect((await inviteCall(world, fresh, "Carl", "owner")).status).toBe(201);
    });

    it("after a recent sign-in is asked for, before it is said that an e-mail is taken", async () => {
      const stale = await later(ada, 16);
      expect(await inviteCall(world, stale, "Ada", "owner")).toMatchObject(REAUTHENTICATE);
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
    ])("only with fields that are right: %j", async (body, faults) => {
      const answer = await world.call("POST", PATH, { token: ada.token, body });
      expect(answer.status).toBe(422);
      const told = answer.body.errors.map((fault: { field: string; code: string }) => [
        fault.field,
        fault.code,
      ]);
      expect(Object.fromEntries(told)).toEqual(faults);
    });

    it("not at all where the event can't be written", async () => {
      const call = world.clientOf({
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
    it("to another role, which counts from their next refresh", async () => {
      const bob = await join(world, ada, "Bob");
      world.clock.stall(1);
      const answer = await change(bob.userId, { role: "owner" });
      expect(answer).toMatchObject({
        status: 200,
        body: { id: bob.userId, role: "owner", status: "active" },
      });
      expect(await world.call("GET", PATH, { token: bob.token })).toMatchObject({
        status: 401,
        body: { code: "token_expired" },
      });
      const { access_token: token } = (await refresh(world, bob.cookie)).body;
      expect((await world.call("GET", PATH, { token })).status).toBe(200);
      expect((await world.trail(ada.accountId))[0]).toMatchObject({
        type: "member.role_changed",
        actorId: ada.userId,
        details: { user_id: bob.userId, before: "member", after: "owner" },
      });
    });

    it("into an owner only after a recent sign-in; out of one at any time", async () => {
      const bob = await join(world, ada, "Bob");
      const carl = await join(world, ada, "Carl", "owner");
      const stale = await later(ada, 16);
      expect(await change(bob.userId, { role: "owner" }, stale)).toMatchObject(REAUTHENTICATE);
      expect((await change(carl.userId, { role: "owner" }, stale)).status).toBe(200);
      expect((await change(carl.userId, { role: "member" }, stale)).status).toBe(200);
      expect((await change(bob.userId, { disabled: true }, stale)).status).toBe(200);
    });

    it("into disabled ones, which ends their sessions and lets them in no more, and back", async () => {
      const bob = await join(world, ada, "Bob");
      const answer = await change(bob.userId, { disabled: true });
      expect(answer).toMatchObject({ status: 200, cookie: null, body: { status: "disabled" } });
      expect(await refresh(world, bob.cookie)).toMatchObject({
        status: 401,
        body: { code: "session_revoked", reason: "user_disabled" },
      });
      expect((await login(world, bob.email)).status).toBe(401);
      expect((await change(bob.userId, { disabled: false })).body).toMatchObject({ status: "active" });
      expect((await login(world, bob.email)).status).toBe(200);
    });

    it("not at all by a change of nothing", async () => {
      const bob = await join(world, ada, "Bob");
      const { id } = await invite(world, ada, "Carl");
      const before = [await list(), await world.rowCounts()];
      expect(await change(bob.userId, {})).toMatchObject({ status: 200, body: { id: bob.userId } });
      expect(await change(id, {})).toMatchObject({ status: 200, body: { id, status: "invited" } });
      expect([await list(), await world.rowCounts()]).toEqual(before);
    });

    it("unless that left the account without an owner", async () => {
      await join(world, ada, "Bob");
      const lastOwner = { status: 409, body: { code: "last_owner" } };
      expect(await change(ada.userId, { role: "member" })).toMatchObject(lastOwner);
      expect(await change(ada.userId, { disabled: true })).toMatchObject(lastOwner);
      await invite(world, ada, "Carl", "owner");
      expect(await change(ada.userId, { disabled: true })).toMatchObject(lastOwner);
      expect((await refresh(world, ada.cookie)).status).toBe(200);
    });

    it("also where it is the caller, whose cookie goes with the session", async () => {
      await join(world, ada, "Bob", "owner");
      const answer = await change(ada.userId, { disabled: true });
      expect(answer).toMatchObject({ status: 200, cookie: "", body: { status: "disabled" } });
      expect((await world.call("GET", PATH, { token: ada.token })).status).toBe(401);
    });

    it("by nobody of another account", async () => {
      const eve = await register(world, "Eve");
      const bob = await join(world, ada, "Bob");
      const { id } = await invite(world, ada, "Carl");
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

    it("where they have not joined yet: to the role that their link then leads to", async () => {
      const bob = await invite(world, ada, "Bob");
      world.clock.stall(1);
      const answer = await change(bob.id, { role: "owner" });
      expect(answer).toMatchObject({ status: 200, body: { id: bob.id, role: "owner", status: "invited" } });
      expect((await world.trail(ada.accountId))[0]).toEqual({
        type: "member.role_changed",
        actorId: ada.userId,
        sessionId: ada.sessionId,
        ip: "192.0.2.1",
        details: { user_id: bob.id, before: "member", after: "owner" },
      });
      expect((await accept(world, bob.token)).body.user).toMatchObject({ id: bob.id, role: "owner" });
    });

    it("where they have not joined yet: into an owner only after a recent sign-in", async () => {
      const bob = await invite(world, ada, "Bob");
      const carl = await invite(world, ada, "Carl", "owner");
      const stale = await later(ada, 16);
      expect(await change(bob.id, { role: "owner" }, stale)).toMatchObject(REAUTHENTICATE);
      expect((await change(carl.id, { role: "owner" }, stale)).status).toBe(200);
      expect((await change(carl.id, { role: "member" }, stale)).body).toMatchObject({ role: "member" });
    });

    it("where they have not joined yet: not into disabled ones", async () => {
      const bob = await invite(world, ada, "Bob");
      expect(await change(bob.id, { disabled: true, role: "owner" })).toMatchObject({
        status: 422,
        body: { errors: [{ field: "disabled", code: "invalid_value" }] },
      });
      expect((await change(bob.id, { disabled: false })).body).toMatchObject({ role: "member" });
      expect((await accept(world, bob.token)).body.user).toMatchObject({ role: "member" });
    });

    it("only with fields that are right", async () => {
      const bob = await join(world, ada, "Bob");
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
