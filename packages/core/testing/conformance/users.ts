import type { User } from "../../src/session/session.js";
import type { UpdateUserInput, UpdateUserOutcome, UserPage, UserPosition } from "../../src/store.js";
import type { Suite } from "./suite.js";
import { NO_ACTOR, type StoreTestContext } from "./test-context.js";

/** `readUser`, `listUsers` and `updateUser`. */
export function describeUsers({ describe, test, testFaults, expect }: Suite): void {
  const update = (
    context: StoreTestContext,
    userId: string,
    changes: UpdateUserInput["changes"],
    actor = NO_ACTOR as UpdateUserInput["actor"],
  ): Promise<UpdateUserOutcome> =>
    context.store.updateUser({ accountId: context.accountId, userId, changes, actor });

  describe("readUser and listUsers", () => {
    test("find no user before the first sign-in", async (context) => {
      expect(await context.store.readUser(context.accountId, context.newId())).toBe(null);
      expect(await context.users()).toEqual([]);
    });

    test("list all users as a person would, by name, then by id, signed in or not", async (context) => {
      const cleo = await context.signIn({ user: context.newUser("Cleo", "member") });
      const sameName = [
        await context.signIn({ user: context.newUser("Ada", "owner") }),
        await context.signIn({ user: context.newUser("Ada", "member") }),
      ];
      await context.revokeAccount();
      const users = await context.users();
      expect(users.map((user) => user.id)).toEqual([
        ...sameName.map(({ user }) => user.id).sort(),
        cleo.user.id,
      ]);
      expect(users[2]).toEqual(cleo.user);
      expect(await context.store.readUser(context.accountId, cleo.user.id)).toEqual(cleo.user);
    });

    test("list users page by page, and resume after the place of the last one", async (context) => {
      const names = [
        "Cleo",
        "de Vries",
        "ada",
        "Ada",
        "Zoë Übel",
        "Ada",
        "\u{1f989}",
        "Ängström",
        "Zoe",
        "Bob",
      ];
      for (const name of names) await context.signIn({ user: context.newUser(name, "member") });
      const everyone = await context.users();
      expect(everyone.map(({ name }) => name)).toEqual([
        "Ada",
        "Ada",
        "ada",
        "Ängström",
        "Bob",
        "Cleo",
        "de Vries",
        "Zoe",
        "Zoë Übel",
        "\u{1f989}",
      ]);
      for (const limit of [1, 2, 3, 10]) {
        const seen: User[] = [];
        let after: UserPosition | null = null;
        do {
          const page: UserPage = await context.store.listUsers({
            accountId: context.accountId,
            limit,
            after,
          });
          expect(page.items.length <= limit).toBe(true);
          seen.push(...page.items);
          after = page.next;
        } while (after !== null);
        expect(seen).toEqual(everyone);
      }
    });

    test("list a user by the new name after a change of it", async (context) => {
      const { user } = await context.signIn({ user: context.newUser("Zoë", "member") });
      await context.signIn({ user: context.newUser("Bob", "member") });
      await update(context, user.id, { name: "ädele" });
      expect((await context.users()).map(({ name }) => name)).toEqual(["ädele", "Bob"]);
    });

    test("take users whose names are longer than what an index takes", async (context) => {
      const long = "漢".repeat(5_000);
      const both = [
        await context.signIn({ user: context.newUser(`${long}b`, "member") }),
        await context.signIn({ user: context.newUser(`${long}a`, "member") }),
      ];
      const [first, second] = both.map(({ user }) => user.id).sort();
      const { accountId } = context;
      const page = await context.store.listUsers({ accountId, limit: 1, after: null });
      expect(page.items[0]?.id).toBe(first);
      const next = await context.store.listUsers({ accountId, limit: 1, after: page.next });
      expect(next.items[0]?.id).toBe(second);
      expect(next.next).toBe(null);
    });

    test("find no user of another account", async (context) => {
      const { user } = await context.signIn();
      const other = context.otherAccount();
      await other.signIn();
      expect(await context.otherAccount().store.readUser(other.accountId, user.id)).toBe(null);
      expect((await other.users()).some(({ id }) => id === user.id)).toBe(false);
    });
  });

  describe("updateUser", () => {
    test("changes name and e-mail without ending a session or recording an event", async (context) => {
      const { user, session } = await context.signIn();
      const changes = { name: "Ada King", email: "king@example.test" };
      const outcome = await update(context, user.id, changes);
      expect(outcome).toEqual({
        kind: "updated",
        user: { ...user, ...changes },
        feed: [],
        now: context.clock.now(),
      });
      expect(await context.store.readUser(context.accountId, user.id)).toEqual({ ...user, ...changes });
      expect(await context.fate(session)).toEqual({ state: "live" });
      expect((await context.auditTrail()).length).toBe(1);
    });

    test("writes nothing if the host's statements throw, and runs none for a user who does not exist", async (context) => {
      const { user } = await context.signIn();
      const before = await context.snapshot();
      const updating = (userId: string) =>
        context.updateWithFailingStatements({
          accountId: context.accountId,
          userId,
          changes: { name: "Ada King" },
          actor: NO_ACTOR,
        });
      const result = await updating(user.id).then(
        () => "updated",
        () => "threw",
      );
      expect(result).toBe("threw");
      expect(await updating(context.newId())).toEqual({ kind: "not_found" });
      expect(await context.snapshot()).toEqual(before);
    });

    test("raises the epoch for a new role, which makes access tokens stale and ends no session", async (context) => {
      await context.signIn();
      const { user, session } = await context.signIn({ user: context.newUser("Ben", "member") });
      context.clock.stall(5);
      const now = context.clock.now();
      const actor = { userId: user.id, sessionId: session.id, ip: "192.0.2.7" };
      const outcome = await update(context, user.id, { role: "owner" }, actor);
      const feed = await context.feedRows();
      expect(outcome).toEqual({
        kind: "updated",
        user: { ...user, role: "owner", epoch: 1, roleEpoch: 1 },
        feed,
        now,
      });
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({ scope: "role", userId: user.id, epoch: 1, at: now });
      expect(await context.refresh(session)).toMatchObject({ user: { role: "owner", epoch: 1 } });
      expect(await context.latestEvent("member.role_changed")).toMatchObject({
        at: now,
        actor: { id: user.id },
        ip: "192.0.2.7",
        details: { user_id: user.id, before: "member", after: "owner" },
      });
    });

    test("ends every session of a disabled user, and records it", async (context) => {
      await context.signIn();
      const { user, session } = await context.signIn({ user: context.newUser("Ben", "member") });
      await context.signIn({ user });
      context.clock.stall(5);
      const now = context.clock.now();
      const outcome = await update(context, user.id, { disabled: true });
      expect(outcome).toMatchObject({ kind: "updated", user: { disabled: true, epoch: 1, roleEpoch: 0 } });
      const feed = await context.feedRows();
      expect(outcome).toMatchObject({ feed });
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({
        scope: "user",
        userId: user.id,
        epoch: 1,
        spares: null,
        reason: "user_disabled",
      });
      expect(await context.fate(session)).toEqual({
        state: "revoked",
        reason: "user_disabled",
        endedAt: now,
      });
      expect(await context.liveSessionIds(user.id)).toEqual([]);
      expect(await context.latestEvent("member.disabled")).toMatchObject({
        at: now,
        actor: null,
        details: { user_id: user.id },
      });
    });

    test("lets an enabled user sign in again, without reviving a session", async (context) => {
      await context.signIn();
      const { user, session } = await context.signIn({ user: context.newUser("Ben", "member") });
      await update(context, user.id, { disabled: true });
      expect(await update(context, user.id, { disabled: false })).toMatchObject({
        user: { disabled: false },
      });
      expect(await context.fate(session)).toMatchObject({ reason: "user_disabled" });
      const next = await context.signIn({ user });
      expect(await context.liveSessionIds(user.id)).toEqual([next.session.id]);
      expect(await context.latestEvent("member.enabled")).toMatchObject({ details: { user_id: user.id } });
    });

    test("records nothing and keeps the epoch if nothing changes", async (context) => {
      const { user } = await context.signIn();
      const before = await context.snapshot();
      const { name, email, role, disabled } = user;
      expect(await update(context, user.id, { name, email, role, disabled })).toMatchObject({
        kind: "updated",
        user,
        feed: [],
      });
      expect(await update(context, user.id, {})).toMatchObject({ kind: "updated", user, feed: [] });
      expect(await context.snapshot()).toEqual(before);
    });

    test("changes the role and disables in one call", async (context) => {
      await context.signIn();
      const { user, session } = await context.signIn();
      const outcome = await update(context, user.id, { role: "member", disabled: true });
      expect(outcome).toMatchObject({ kind: "updated", user: { role: "member", disabled: true } });
      expect(await context.fate(session)).toMatchObject({ reason: "user_disabled" });
      expect((await context.auditTrail("member.role_changed", "member.disabled")).length).toBe(2);
    });

    test("answers last_owner for the last enabled owner", async (context) => {
      const { user } = await context.signIn();
      const { user: second } = await context.signIn();
      await context.signIn({ user: context.newUser("Ben", "member") });
      await update(context, second.id, { disabled: true });
      const before = await context.snapshot();
      for (const changes of [{ role: "member" }, { disabled: true }, { name: "X", role: "member" }] as const)
        expect(await update(context, user.id, changes)).toEqual({ kind: "last_owner" });
      expect(await context.snapshot()).toEqual(before);
      await update(context, second.id, { disabled: false });
      expect(await update(context, user.id, { role: "member" })).toMatchObject({ kind: "updated" });
    });

    test("may leave no enabled owner if told so", async (context) => {
      const { user } = await context.signIn();
      const demote = { accountId: context.accountId, userId: user.id, changes: { role: "member" } } as const;
      const outcome = await context.store.updateUser({ ...demote, actor: NO_ACTOR, mustKeepOwner: false });
      expect(outcome).toMatchObject({ kind: "updated", user: { role: "member" } });
    });

    test("adds no owner if told so, neither by promoting nor by enabling one", async (context) => {
      await context.signIn();
      const { user: owner } = await context.signIn();
      const { user: member } = await context.signIn({ user: context.newUser("Ben", "member") });
      const { user: disabledMember } = await context.signIn({ user: context.newUser("Cleo", "member") });
      for (const { id } of [owner, disabledMember]) await update(context, id, { disabled: true });
      const before = await context.snapshot();
      const carefully = (userId: string, changes: UpdateUserInput["changes"]) =>
        context.store.updateUser({
          accountId: context.accountId,
          userId,
          changes,
          actor: NO_ACTOR,
          mayAddOwner: false,
        });
      const refused = { kind: "owner_not_allowed" };
      expect(await carefully(owner.id, { disabled: false })).toEqual(refused);
      expect(await carefully(member.id, { role: "owner" })).toEqual(refused);
      expect(await carefully(disabledMember.id, { role: "owner" })).toEqual(refused);
      expect(await carefully(disabledMember.id, { role: "owner", disabled: false })).toEqual(refused);
      expect(await context.snapshot()).toEqual(before);
      for (const [id, changes] of [
        [disabledMember.id, { disabled: false }],
        [owner.id, { role: "member", disabled: false }],
        [member.id, { role: "member", disabled: true }],
      ] as const)
        expect(await carefully(id, changes)).toMatchObject({ kind: "updated" });
    });

    test("does not count owners of another account", async (context) => {
      await context.otherAccount().signIn();
      const { user } = await context.signIn();
      expect(await update(context, user.id, { disabled: true })).toEqual({ kind: "last_owner" });
    });

    test("answers not_found for a user of another account, and changes nothing there", async (context) => {
      const { user } = await context.signIn();
      const other = context.otherAccount();
      await other.signIn();
      expect(await update(other, user.id, { name: "Eve" })).toEqual({ kind: "not_found" });
      expect(await update(context, context.newId(), { name: "Eve" })).toEqual({ kind: "not_found" });
      expect(await context.store.readUser(context.accountId, user.id)).toEqual(user);
    });

    test("called concurrently for the last two owners keeps one", async (context) => {
      for (let round = 0; round < 10; round++) {
        const other = context.otherAccount();
        const ada = await other.signIn();
        const ben = await other.signIn();
        const outcomes = await Promise.all([
          update(other, ada.user.id, { role: "member" }),
          update(other, ben.user.id, { disabled: true }),
        ]);
        expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(["last_owner", "updated"]);
      }
    });

    test("concurrent with a sign-in leaves a disabled user without a live session", async (context) => {
      await context.signIn();
      for (let round = 0; round < 10; round++) {
        const { user } = await context.signIn({ user: context.newUser("Ben", "member") });
        const prepared = await context.store.readSignIn(context.accountId, user.id);
        const [started] = await Promise.all([
          context.startSession({ user, prepared }),
          update(context, user.id, { disabled: true }),
        ]);
        expect(["started", "user_disabled", "user_moved"].includes(started.kind)).toBe(true);
        expect(await context.liveSessionIds(user.id)).toEqual([]);
      }
    });

    testFaults("writes nothing if any statement fails", async (context) => {
      await context.signIn();
      const { user } = await context.signIn();
      return () => update(context, user.id, { name: "X", role: "member", disabled: true });
    });
  });
}
