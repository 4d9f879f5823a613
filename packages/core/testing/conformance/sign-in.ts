import type { Suite } from "./suite.js";
import { eventOf, HOUR, LIMITS, MINUTE } from "./world.js";

/** `readSignIn` and `startSession`: what a sign-in sees, begins, and is refused for. */
export function describeSignIn<Extra>({ describe, test, testFaults, expect }: Suite<Extra>): void {
  describe("readSignIn", () => {
    test("reads an account that nobody has written as epoch 0, version 1, no override, no user", async (world) => {
      const snapshot = await world.store.readSignIn(world.accountId, world.id());
      expect(snapshot).toMatchObject({
        account: { epoch: 0, policyVersion: 1 },
        override: { idleMinutes: null, absoluteMinutes: null },
        user: null,
      });
    });

    test("reads the numbers as they are now", async (world) => {
      const { user } = await world.signIn();
      await world.revokeAccount();
      await world.writePolicy({ idleMinutes: 15, absoluteMinutes: 720 });
      await world.revokeUser(user.id);
      const snapshot = await world.store.readSignIn(world.accountId, user.id);
      expect(snapshot).toMatchObject({
        account: { epoch: 1, policyVersion: 2, appliedPolicyVersion: 2 },
        override: { idleMinutes: 15, absoluteMinutes: 720 },
        user: { id: user.id, epoch: 1 },
      });
    });

    test("knows no user of another account", async (world) => {
      const { user } = await world.signIn();
      const other = world.elsewhere();
      expect((await world.store.readSignIn(other.accountId, user.id)).user).toBe(null);
    });
  });

  describe("startSession", () => {
    test("begins a session at the store's clock with the limits, key and device it is given", async (world) => {
      const person = world.person("Ada", "owner");
      const device = { label: "Firefox on Linux", userAgent: "Mozilla/5.0", ip: "192.0.2.7" };
      const sessionId = world.id();
      const now = world.clock.now();
      const started = await world.signIn({ sessionId, user: person, keyThumbprint: "key", device });
      expect(started.session).toEqual({
        accountId: world.accountId,
        id: sessionId,
        userId: person.id,
        startedAt: now,
        lastActiveAt: now,
        ...LIMITS,
        idleExpiresAt: now + HOUR,
        absoluteExpiresAt: now + 24 * HOUR,
        generation: 0,
        rotatedAt: null,
        keyThumbprint: "key",
        accountEpoch: 0,
        device,
        endedAt: null,
        endReason: null,
      });
      expect(started.user).toEqual({
        accountId: world.accountId,
        ...person,
        disabled: false,
        lastLoginAt: now,
        epoch: 0,
        roleEpoch: 0,
      });
      expect(started).toMatchObject({
        account: { epoch: 0, policyVersion: 1 },
        feed: [],
        endedCount: 0,
        now,
      });
      expect(await world.store.readSession(world.accountId, sessionId)).toEqual({
        session: started.session,
        user: started.user,
        account: started.account,
        epochEnd: null,
        now,
      });
    });

    test("never lets the idle deadline lie past the absolute one", async (world) => {
      const { session, now } = await world.signIn({ limits: { idleMinutes: 90, absoluteMinutes: 30 } });
      expect(session.idleExpiresAt).toBe(now + 30 * MINUTE);
      expect(session.absoluteExpiresAt).toBe(now + 30 * MINUTE);
    });

    test("records its event with the new session, the user who signed in and where from", async (world) => {
      const device = { label: null, userAgent: null, ip: "192.0.2.7" };
      const event = { type: "password.changed", details: { by: "link", tries: 2 } } as const;
      const { session, user, now } = await world.signIn({ device, event });
      const { items } = await world.store.listEvents({ accountId: world.accountId, limit: 9, after: null });
      expect(items.length).toBe(1);
      expect(items[0]).toMatchObject({
        at: now,
        type: "password.changed",
        actor: { id: user.id, name: user.name, email: user.email },
        sessionId: session.id,
        ip: "192.0.2.7",
        details: { by: "link", tries: 2 },
      });
    });

    test("writes over the user what the host says now", async (world) => {
      const person = world.person("Ada", "owner");
      await world.signIn({ user: person });
      world.clock.stall(5);
      const renamed = { ...person, name: "Ada King", email: "king@example.test" };
      const { user } = await world.signIn({ user: renamed });
      expect(user).toMatchObject({ ...renamed, epoch: 0, roleEpoch: 0, lastLoginAt: world.clock.now() });
      expect(await world.store.readUser(world.accountId, person.id)).toEqual(user);
    });

    test("makes older access tokens stale where the host says another role", async (world) => {
      const person = world.person("Ada", "member");
      const first = await world.signIn({ user: person });
      const { user, feed } = await world.signIn({ user: { ...person, role: "owner" } });
      expect(user).toMatchObject({ role: "owner", epoch: 1, roleEpoch: 1 });
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({ scope: "role", userId: person.id, epoch: 1 });
      expect(await world.fate(first.session)).toEqual({ state: "live" });
    });

    test("keeps the same user id in two accounts apart", async (world) => {
      const person = world.person("Ada", "owner");
      const other = world.elsewhere();
      await world.signIn({ user: person });
      const there = await other.signIn({ user: { ...person, name: "Eve", role: "member" } });
      expect(await world.store.readUser(world.accountId, person.id)).toMatchObject({
        name: "Ada",
        role: "owner",
      });
      expect(there.user).toMatchObject({ accountId: other.accountId, name: "Eve", role: "member" });
      expect((await world.listed()).length).toBe(1);
      expect((await other.listed()).length).toBe(1);
    });

    test("refuses where the policy moved since the snapshot, and writes nothing", async (world) => {
      const prepared = await world.store.readSignIn(world.accountId, world.id());
      await world.writePolicy(null);
      const before = await world.everything();
      expect(await world.start({ prepared })).toEqual({ kind: "policy_moved" });
      expect(await world.everything()).toEqual(before);
    });

    test("refuses where the user's sessions were ended since the snapshot", async (world) => {
      const { user } = await world.signIn();
      const prepared = await world.store.readSignIn(world.accountId, user.id);
      await world.revokeUser(user.id);
      expect(await world.start({ user, prepared })).toEqual({ kind: "user_moved" });
      expect(await world.listed()).toEqual([]);
    });

    test("refuses a disabled user, and one that was disabled since the snapshot", async (world) => {
      await world.signIn();
      const { user } = await world.signIn({ user: world.person("Ben", "member") });
      const prepared = await world.store.readSignIn(world.accountId, user.id);
      await world.store.updateUser({
        accountId: world.accountId,
        userId: user.id,
        changes: { disabled: true },
        actor: { userId: null, sessionId: null, ip: null },
      });
      const late = await world.start({ user, prepared });
      expect(["user_disabled", "user_moved"].includes(late.kind)).toBe(true);
      expect(await world.start({ user })).toEqual({ kind: "user_disabled" });
      expect(await world.listed(user.id)).toEqual([]);
    });

    test("bears a session dead where everybody was signed out since the snapshot", async (world) => {
      const person = world.person();
      const prepared = await world.store.readSignIn(world.accountId, person.id);
      const { now } = await world.revokeAccount();
      world.clock.stall(3);
      const { session, account } = await world.signIn({ user: person, prepared });
      expect(session.accountEpoch).toBe(0);
      expect(account.epoch).toBe(1);
      expect(await world.fate(session)).toEqual({
        state: "revoked",
        reason: "revoked_by_owner",
        endedAt: now,
      });
      expect(await world.refresh(session)).toBe(null);
      expect(await world.listed()).toEqual([]);
      expect(await world.revokeAccount()).toMatchObject({ count: 0 });
    });

    test("does not spare a session that was born dead, with whomever the sign-out spared", async (world) => {
      const mine = await world.signIn();
      const prepared = await world.store.readSignIn(world.accountId, world.id());
      await world.revokeAccount("revoked_by_owner", mine.session);
      const late = await world.signIn({ user: mine.user, prepared: { ...prepared, user: mine.user } });
      expect(await world.fate(late.session)).toMatchObject({ state: "revoked" });
      expect(await world.listed()).toEqual([mine.session.id]);
    });

    test("leaves nothing where the host's own statements throw", async (world) => {
      const person = world.person();
      const { user } = await world.signIn({ user: person });
      const before = await world.everything();
      const refused = await world
        .start({ user, endsOthers: "password_changed", alongside: world.opened.failing })
        .then(
          () => "started",
          () => "threw",
        );
      expect(refused).toBe("threw");
      expect(await world.everything()).toEqual(before);
    });

    testFaults("leaves nothing behind a fault, wherever it strikes", async (world) => {
      const person = world.person();
      const old = await world.signIn({ user: person });
      await world.signIn({ user: person });
      const other = world.elsewhere();
      const away = await other.signIn();
      const sessionId = world.id();
      return () =>
        world.signIn({
          user: { ...person, name: "Ada King" },
          sessionId,
          sessionsPerUser: 1,
          endsOthers: "password_changed",
          replaces: { accountId: other.accountId, sessionId: away.session.id, provenThumbprint: null },
          event: eventOf("password.changed", { sessionId: old.session.id }),
        });
    });
  });

  describe("two sign-ins at once", () => {
    test("of one user all begin, and the limit holds", async (world) => {
      const { user } = await world.signIn();
      for (let round = 0; round < 10; round++) {
        world.clock.stall(1);
        const prepared = await world.store.readSignIn(world.accountId, user.id);
        await Promise.all([1, 2, 3, 4].map(() => world.signIn({ user, prepared, sessionsPerUser: 3 })));
        expect((await world.listed()).length).toBe(3);
      }
    });

    test("of a user whom nobody knew make one user, and who comes second is told of it", async (world) => {
      const user = world.person();
      const prepared = await world.store.readSignIn(world.accountId, user.id);
      const outcomes = await Promise.all([1, 2, 3].map(() => world.start({ user, prepared })));
      expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(["started", "user_moved", "user_moved"]);
      expect((await world.store.listUsers(world.accountId)).length).toBe(1);
    });

    test("one changes the password: the other is refused or ended, never left alive", async (world) => {
      const { user } = await world.signIn();
      for (let round = 0; round < 10; round++) {
        const prepared = await world.store.readSignIn(world.accountId, user.id);
        const [plain, changed] = await Promise.all([
          world.start({ user, prepared }),
          world.start({ user, prepared, endsOthers: "password_changed" }),
        ]);
        if (changed?.kind !== "started") throw new Error("the password was not changed");
        expect(await world.listed()).toEqual([changed.session.id]);
        if (plain?.kind === "started")
          expect(await world.fate(plain.session)).toMatchObject({ reason: "password_changed" });
        else expect(plain).toEqual({ kind: "user_moved" });
      }
    });
  });
}
