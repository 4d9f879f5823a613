import type { UpdateUserInput, UpdateUserOutcome } from "../../src/store.js";
import type { Suite } from "./suite.js";
import { NOBODY, type World } from "./world.js";

/** `readUser`, `listUsers` and `updateUser`: what is kept of a host's users. */
export function describeUsers<Extra>({ describe, test, testFaults, expect }: Suite<Extra>): void {
  const update = (
    world: World<Extra>,
    userId: string,
    changes: UpdateUserInput["changes"],
    actor = NOBODY as UpdateUserInput["actor"],
  ): Promise<UpdateUserOutcome> =>
    world.store.updateUser({ accountId: world.accountId, userId, changes, actor });

  describe("readUser and listUsers", () => {
    test("know nobody whom no sign-in has brought", async (world) => {
      expect(await world.store.readUser(world.accountId, world.id())).toBe(null);
      expect(await world.store.listUsers(world.accountId)).toEqual([]);
    });

    test("list everybody by name, ties by id, whether signed in or not", async (world) => {
      const cleo = await world.signIn({ user: world.person("Cleo", "member") });
      const twins = [
        await world.signIn({ user: world.person("Ada", "owner") }),
        await world.signIn({ user: world.person("Ada", "member") }),
      ];
      await world.revokeAccount();
      const users = await world.store.listUsers(world.accountId);
      expect(users.map((user) => user.id)).toEqual([
        ...twins.map(({ user }) => user.id).sort(),
        cleo.user.id,
      ]);
      expect(users[2]).toEqual(cleo.user);
      expect(await world.store.readUser(world.accountId, cleo.user.id)).toEqual(cleo.user);
    });

    test("know nobody of another account", async (world) => {
      const { user } = await world.signIn();
      const other = world.elsewhere();
      await other.signIn();
      expect(await world.elsewhere().store.readUser(other.accountId, user.id)).toBe(null);
      expect((await other.store.listUsers(other.accountId)).some(({ id }) => id === user.id)).toBe(false);
    });
  });

  describe("updateUser", () => {
    test("changes name and e-mail, and ends and records nothing", async (world) => {
      const { user, session } = await world.signIn();
      const changes = { name: "Ada King", email: "king@example.test" };
      const outcome = await update(world, user.id, changes);
      expect(outcome).toEqual({
        kind: "updated",
        user: { ...user, ...changes },
        feed: [],
        now: world.clock.now(),
      });
      expect(await world.store.readUser(world.accountId, user.id)).toEqual({ ...user, ...changes });
      expect(await world.fate(session)).toEqual({ state: "live" });
      expect((await world.trail()).length).toBe(1);
    });

    test("raises the epoch with a new role, so that older access tokens are stale and sessions live on", async (world) => {
      await world.signIn();
      const { user, session } = await world.signIn({ user: world.person("Ben", "member") });
      world.clock.stall(5);
      const now = world.clock.now();
      const actor = { userId: user.id, sessionId: session.id, ip: "192.0.2.7" };
      const outcome = await update(world, user.id, { role: "owner" }, actor);
      const feed = await world.feed();
      expect(outcome).toEqual({
        kind: "updated",
        user: { ...user, role: "owner", epoch: 1, roleEpoch: 1 },
        feed,
        now,
      });
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({ scope: "role", userId: user.id, epoch: 1, at: now });
      expect(await world.refresh(session)).toMatchObject({ user: { role: "owner", epoch: 1 } });
      expect(await world.recorded("member.role_changed")).toMatchObject({
        at: now,
        actor: { id: user.id },
        ip: "192.0.2.7",
        details: { user_id: user.id, before: "member", after: "owner" },
      });
    });

    test("ends every session of a user that is disabled, and records it", async (world) => {
      await world.signIn();
      const { user, session } = await world.signIn({ user: world.person("Ben", "member") });
      await world.signIn({ user });
      world.clock.stall(5);
      const now = world.clock.now();
      const outcome = await update(world, user.id, { disabled: true });
      expect(outcome).toMatchObject({ kind: "updated", user: { disabled: true, epoch: 1, roleEpoch: 0 } });
      const feed = await world.feed();
      expect(outcome).toMatchObject({ feed });
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({
        scope: "user",
        userId: user.id,
        epoch: 1,
        spares: null,
        reason: "user_disabled",
      });
      expect(await world.fate(session)).toEqual({ state: "revoked", reason: "user_disabled", endedAt: now });
      expect(await world.listed(user.id)).toEqual([]);
      expect(await world.recorded("member.disabled")).toMatchObject({
        at: now,
        actor: null,
        details: { user_id: user.id },
      });
    });

    test("lets an enabled user sign in again, and brings no session back", async (world) => {
      await world.signIn();
      const { user, session } = await world.signIn({ user: world.person("Ben", "member") });
      await update(world, user.id, { disabled: true });
      expect(await update(world, user.id, { disabled: false })).toMatchObject({ user: { disabled: false } });
      expect(await world.fate(session)).toMatchObject({ reason: "user_disabled" });
      const next = await world.signIn({ user });
      expect(await world.listed(user.id)).toEqual([next.session.id]);
      expect(await world.recorded("member.enabled")).toMatchObject({ details: { user_id: user.id } });
    });

    test("records nothing and moves no epoch where nothing changes", async (world) => {
      const { user } = await world.signIn();
      const before = await world.everything();
      const { name, email, role, disabled } = user;
      expect(await update(world, user.id, { name, email, role, disabled })).toMatchObject({
        kind: "updated",
        user,
        feed: [],
      });
      expect(await update(world, user.id, {})).toMatchObject({ kind: "updated", user, feed: [] });
      expect(await world.everything()).toEqual(before);
    });

    test("changes role and disables in one step", async (world) => {
      await world.signIn();
      const { user, session } = await world.signIn();
      const outcome = await update(world, user.id, { role: "member", disabled: true });
      expect(outcome).toMatchObject({ kind: "updated", user: { role: "member", disabled: true } });
      expect(await world.fate(session)).toMatchObject({ reason: "user_disabled" });
      expect((await world.trail("member.role_changed", "member.disabled")).length).toBe(2);
    });

    test("leaves an account its last enabled owner", async (world) => {
      const { user } = await world.signIn();
      const { user: second } = await world.signIn();
      await world.signIn({ user: world.person("Ben", "member") });
      await update(world, second.id, { disabled: true });
      const before = await world.everything();
      for (const changes of [{ role: "member" }, { disabled: true }, { name: "X", role: "member" }] as const)
        expect(await update(world, user.id, changes)).toEqual({ kind: "last_owner" });
      expect(await world.everything()).toEqual(before);
      await update(world, second.id, { disabled: false });
      expect(await update(world, user.id, { role: "member" })).toMatchObject({ kind: "updated" });
    });

    test("counts no owner of another account", async (world) => {
      await world.elsewhere().signIn();
      const { user } = await world.signIn();
      expect(await update(world, user.id, { disabled: true })).toEqual({ kind: "last_owner" });
    });

    test("does not find a user of another account, and changes nothing there", async (world) => {
      const { user } = await world.signIn();
      const other = world.elsewhere();
      await other.signIn();
      expect(await update(other, user.id, { name: "Eve" })).toEqual({ kind: "not_found" });
      expect(await update(world, world.id(), { name: "Eve" })).toEqual({ kind: "not_found" });
      expect(await world.store.readUser(world.accountId, user.id)).toEqual(user);
    });

    test("of two owners who demote each other at once keeps one", async (world) => {
      for (let round = 0; round < 10; round++) {
        const other = world.elsewhere();
        const ada = await other.signIn();
        const ben = await other.signIn();
        const outcomes = await Promise.all([
          update(other, ada.user.id, { role: "member" }),
          update(other, ben.user.id, { disabled: true }),
        ]);
        expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(["last_owner", "updated"]);
      }
    });

    test("racing a sign-in ends or refuses it: a disabled user has no live session", async (world) => {
      await world.signIn();
      for (let round = 0; round < 10; round++) {
        const { user } = await world.signIn({ user: world.person("Ben", "member") });
        const prepared = await world.store.readSignIn(world.accountId, user.id);
        const [started] = await Promise.all([
          world.start({ user, prepared }),
          update(world, user.id, { disabled: true }),
        ]);
        expect(["started", "user_disabled", "user_moved"].includes(started.kind)).toBe(true);
        expect(await world.listed(user.id)).toEqual([]);
      }
    });

    testFaults("leaves nothing behind a fault, wherever it strikes", async (world) => {
      await world.signIn();
      const { user } = await world.signIn();
      return () => update(world, user.id, { name: "X", role: "member", disabled: true });
    });
  });
}
