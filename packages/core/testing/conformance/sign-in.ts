import type { Suite } from "./suite.js";
import { eventOf, HOUR, LIMITS, MINUTE, NO_ACTOR } from "./test-context.js";

/** `readSignIn` and `startSession`: a sign-in that ends no other session. */
export function describeSignIn({ describe, test, testFaults, expect }: Suite): void {
  describe("readSignIn", () => {
    test("reads an account without rows as epoch 0, version 1, no override, no user", async (context) => {
      const snapshot = await context.store.readSignIn(context.accountId, context.newId());
      expect(snapshot).toMatchObject({
        account: { epoch: 0, policyVersion: 1 },
        override: { idleMinutes: null, absoluteMinutes: null },
        user: null,
      });
    });

    test("reads the current epochs and versions", async (context) => {
      const { user } = await context.signIn();
      await context.revokeUser(user.id);
      await context.revokeAccount();
      await context.writePolicy({ idleMinutes: 15, absoluteMinutes: 720 });
      const snapshot = await context.store.readSignIn(context.accountId, user.id);
      expect(snapshot).toMatchObject({
        account: { epoch: 1, policyVersion: 2, appliedPolicyVersion: 2 },
        override: { idleMinutes: 15, absoluteMinutes: 720 },
        user: { id: user.id, epoch: 1 },
      });
    });

    test("finds no user of another account", async (context) => {
      const { user } = await context.signIn();
      const other = context.otherAccount();
      expect((await context.store.readSignIn(other.accountId, user.id)).user).toBe(null);
    });
  });

  describe("startSession", () => {
    test("starts a session at the store's time with the given limits, key and device", async (context) => {
      const hostUser = context.newUser("Ada", "owner");
      const device = { label: "Firefox on Linux", userAgent: "Mozilla/5.0", ip: "192.0.2.7" };
      const sessionId = context.newId();
      const now = context.clock.now();
      const started = await context.signIn({ sessionId, user: hostUser, keyThumbprint: "key", device });
      expect(started.session).toEqual({
        accountId: context.accountId,
        id: sessionId,
        userId: hostUser.id,
        startedAt: now,
        authenticatedAt: now,
        isGoverned: false,
        lastActiveAt: now,
        ...LIMITS,
        idleExpiresAt: now + HOUR,
        absoluteExpiresAt: now + 24 * HOUR,
        generation: 0,
        rotatedAt: null,
        rotationNetworks: [],
        sharing: null,
        keyThumbprint: "key",
        accountEpoch: 0,
        device,
        lastSeen: device,
        deviceChangedAt: null,
        endedAt: null,
        endReason: null,
      });
      expect(started.user).toEqual({
        accountId: context.accountId,
        ...hostUser,
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
      expect(await context.store.readSession(context.accountId, sessionId)).toEqual({
        session: started.session,
        user: started.user,
        account: started.account,
        epochEnd: null,
        now,
      });
    });

    test("limits the idle deadline to the absolute one", async (context) => {
      const { session, now } = await context.signIn({ limits: { idleMinutes: 90, absoluteMinutes: 30 } });
      expect(session.idleExpiresAt).toBe(now + 30 * MINUTE);
      expect(session.absoluteExpiresAt).toBe(now + 30 * MINUTE);
    });

    test("records its event with the new session, the user and the IP address", async (context) => {
      const device = { label: null, userAgent: null, ip: "192.0.2.7" };
      const event = { type: "password.changed", details: { by: "link", tries: 2 } } as const;
      const { session, user, now } = await context.signIn({ device, event });
      const { items } = await context.store.listEvents({
        accountId: context.accountId,
        limit: 9,
        after: null,
      });
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

    test("overwrites the user with the host's current data", async (context) => {
      const hostUser = context.newUser("Ada", "owner");
      await context.signIn({ user: hostUser });
      context.clock.stall(5);
      const renamed = { ...hostUser, name: "Ada King", email: "king@example.test" };
      const { user } = await context.signIn({ user: renamed });
      expect(user).toMatchObject({ ...renamed, epoch: 0, roleEpoch: 0, lastLoginAt: context.clock.now() });
      expect(await context.store.readUser(context.accountId, hostUser.id)).toEqual(user);
    });

    test("makes older access tokens stale if the host gives another role", async (context) => {
      const hostUser = context.newUser("Ada", "member");
      const first = await context.signIn({ user: hostUser });
      const { user, feed } = await context.signIn({ user: { ...hostUser, role: "owner" } });
      expect(user).toMatchObject({ role: "owner", epoch: 1, roleEpoch: 1 });
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({ scope: "role", userId: hostUser.id, epoch: 1 });
      expect(await context.fate(first.session)).toEqual({ state: "live" });
    });

    test("keeps users with the same id in two accounts apart", async (context) => {
      const hostUser = context.newUser("Ada", "owner");
      const other = context.otherAccount();
      await context.signIn({ user: hostUser });
      const otherSession = await other.signIn({ user: { ...hostUser, name: "Eve", role: "member" } });
      expect(await context.store.readUser(context.accountId, hostUser.id)).toMatchObject({
        name: "Ada",
        role: "owner",
      });
      expect(otherSession.user).toMatchObject({ accountId: other.accountId, name: "Eve", role: "member" });
      expect((await context.liveSessionIds()).length).toBe(1);
      expect((await other.liveSessionIds()).length).toBe(1);
    });

    test("answers policy_moved if the policy changed since the snapshot, and writes nothing", async (context) => {
      const prepared = await context.store.readSignIn(context.accountId, context.newId());
      await context.writePolicy(null);
      const before = await context.snapshot();
      expect(await context.startSession({ prepared })).toEqual({ kind: "policy_moved" });
      expect(await context.snapshot()).toEqual(before);
    });

    test("answers user_moved if the user's sessions were ended since the snapshot", async (context) => {
      const { user } = await context.signIn();
      const prepared = await context.store.readSignIn(context.accountId, user.id);
      await context.revokeUser(user.id);
      expect(await context.startSession({ user, prepared })).toEqual({ kind: "user_moved" });
      expect(await context.liveSessionIds()).toEqual([]);
    });

    test("refuses a disabled user, also if disabled since the snapshot", async (context) => {
      await context.signIn();
      const { user } = await context.signIn({ user: context.newUser("Ben", "member") });
      const prepared = await context.store.readSignIn(context.accountId, user.id);
      await context.store.updateUser({
        accountId: context.accountId,
        userId: user.id,
        changes: { disabled: true },
        actor: NO_ACTOR,
      });
      const outcome = await context.startSession({ user, prepared });
      expect(["user_disabled", "user_moved"].includes(outcome.kind)).toBe(true);
      expect(await context.startSession({ user })).toEqual({ kind: "user_disabled" });
      expect(await context.liveSessionIds(user.id)).toEqual([]);
    });

    test("answers account_moved, with the first sign-out since the snapshot, and writes nothing", async (context) => {
      const user = context.newUser();
      const prepared = await context.store.readSignIn(context.accountId, user.id);
      const { now } = await context.revokeAccount("password_changed");
      context.clock.stall(3);
      await context.revokeAccount();
      const before = await context.snapshot();
      expect(await context.startSession({ user, prepared, endsOthers: "password_changed" })).toEqual({
        kind: "account_moved",
        reason: "password_changed",
        at: now,
      });
      expect(await context.snapshot()).toEqual(before);
    });

    test("answers account_moved even if that sign-out spared another session of the user", async (context) => {
      const spared = await context.signIn();
      await context.signIn();
      const prepared = await context.store.readSignIn(context.accountId, spared.user.id);
      await context.revokeAccount("revoked_by_owner", spared.session);
      expect(await context.startSession({ user: spared.user, prepared })).toMatchObject({
        kind: "account_moved",
      });
      expect(await context.liveSessionIds()).toEqual([spared.session.id]);
    });

    test("without epochs starts under those of its own transaction, whatever ended before", async (context) => {
      const { user } = await context.signIn();
      await context.revokeUser(user.id);
      await context.signIn({ user });
      await context.revokeAccount();
      const { session, ...started } = await context.signIn({ user });
      expect(started).toMatchObject({ account: { epoch: 1 }, user: { epoch: 1 } });
      expect(session.accountEpoch).toBe(1);
      expect(await context.liveSessionIds()).toEqual([session.id]);
    });

    test("that expects only the user starts although sessions were ended since", async (context) => {
      await context.signIn();
      const { user } = await context.signIn({ user: context.newUser("Ben", "member") });
      const prepared = await context.store.readSignIn(context.accountId, user.id);
      await context.revokeUser(user.id);
      await context.revokeAccount();
      const input = { user, prepared, rechecks: true };
      const { session } = await context.signIn(input);
      expect(await context.liveSessionIds()).toEqual([session.id]);
    });

    for (const changes of [{ role: "owner" }, { name: "Ben King" }, { email: "king@example.test" }] as const)
      test(`that expects only the user starts nothing, and undoes nothing, after ${JSON.stringify(changes)}`, async (context) => {
        await context.signIn();
        const { user } = await context.signIn({ user: context.newUser("Ben", "member") });
        const prepared = await context.store.readSignIn(context.accountId, user.id);
        await context.store.updateUser({
          accountId: context.accountId,
          userId: user.id,
          changes,
          actor: NO_ACTOR,
        });
        const before = await context.snapshot();
        expect(await context.startSession({ user, prepared, rechecks: true })).toEqual({
          kind: "user_moved",
        });
        expect(await context.snapshot()).toEqual(before);
      });

    test("writes nothing if the host's statements throw", async (context) => {
      const hostUser = context.newUser();
      const { user } = await context.signIn({ user: hostUser });
      const before = await context.snapshot();
      const result = await context.startWithFailingStatements({ user, endsOthers: "password_changed" }).then(
        () => "started",
        () => "threw",
      );
      expect(result).toBe("threw");
      expect(await context.snapshot()).toEqual(before);
    });

    testFaults("writes nothing if any statement fails", async (context) => {
      const hostUser = context.newUser();
      const old = await context.signIn({ user: hostUser });
      await context.signIn({ user: hostUser });
      const other = context.otherAccount();
      const replaced = await other.signIn();
      const sessionId = context.newId();
      return () =>
        context.signIn({
          user: { ...hostUser, name: "Ada King" },
          sessionId,
          sessionsPerUser: 1,
          endsOthers: "password_changed",
          replaces: { accountId: other.accountId, sessionId: replaced.session.id, provenThumbprint: null },
          event: eventOf("password.changed", { sessionId: old.session.id }),
        });
    });
  });

  describe("concurrent sign-ins", () => {
    test("of one user all start, within the limit", async (context) => {
      const { user } = await context.signIn();
      for (let round = 0; round < 10; round++) {
        context.clock.stall(1);
        const prepared = await context.store.readSignIn(context.accountId, user.id);
        await Promise.all([1, 2, 3, 4].map(() => context.signIn({ user, prepared, sessionsPerUser: 3 })));
        expect((await context.liveSessionIds()).length).toBe(3);
      }
    });

    test("of a new user create one user; those that had checked that there is none answer user_moved", async (context) => {
      const user = context.newUser();
      const prepared = await context.store.readSignIn(context.accountId, user.id);
      const outcomes = await Promise.all([1, 2, 3].map(() => context.startSession({ user, prepared })));
      expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(["started", "user_moved", "user_moved"]);
      expect((await context.users()).length).toBe(1);
    });

    test("one changes the password, the other is refused or ended", async (context) => {
      const { user } = await context.signIn();
      for (let round = 0; round < 10; round++) {
        const prepared = await context.store.readSignIn(context.accountId, user.id);
        const [plain, changed] = await Promise.all([
          context.startSession({ user, prepared }),
          context.startSession({ user, prepared, endsOthers: "password_changed" }),
        ]);
        if (changed?.kind !== "started") throw new Error("the password was not changed");
        expect(await context.liveSessionIds()).toEqual([changed.session.id]);
        if (plain?.kind === "started")
          expect(await context.fate(plain.session)).toMatchObject({ reason: "password_changed" });
        else expect(plain).toEqual({ kind: "user_moved" });
      }
    });
  });
}
