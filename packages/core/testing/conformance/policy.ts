import type { Suite } from "./suite.js";
import { eventOf, HOUR, MINUTE, type StoreTestContext } from "./test-context.js";

const STRICT = { idleMinutes: 15, absoluteMinutes: 720 };
const SHORTER = { idleMinutes: 10, absoluteMinutes: 720 };

/** `readPolicy`, `writePolicy` and `previewPolicy`. */
export function describePolicy({ describe, test, testFaults, expect }: Suite): void {
  const preview = (
    context: StoreTestContext,
    shorten = STRICT,
    callerSessionId: string | null = null,
    namesLimit = 5,
  ) => context.store.previewPolicy({ accountId: context.accountId, shorten, callerSessionId, namesLimit });

  describe("writePolicy", () => {
    test("writes the override as the next version, with a feed row and an event", async (context) => {
      const { user } = await context.signIn();
      context.clock.stall(5);
      const now = context.clock.now();
      expect(await context.store.readPolicy(context.accountId)).toEqual({
        override: { idleMinutes: null, absoluteMinutes: null },
        version: 1,
        now,
      });
      const outcome = await context.store.writePolicy({
        accountId: context.accountId,
        expectedVersion: 1,
        override: { idleMinutes: 30, absoluteMinutes: null },
        shorten: null,
        callerSessionId: null,
        activeUsersLimit: 100,
        event: eventOf("policy.changed", { actorId: user.id, details: { apply: "next_login" } }),
      });
      const feed = await context.feedRows();
      expect(outcome).toEqual({
        kind: "written",
        version: 2,
        sessionsShortened: 0,
        sessionsEnded: 0,
        callerSessionEnded: false,
        activeUsers: {
          users: [{ user, lastActiveAt: user.lastLoginAt, sessionCount: 1 }],
          userCount: 1,
          sessionCount: 1,
        },
        endsStored: 0,
        isSettled: true,
        feed,
        now,
      });
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({ scope: "policy", version: 2, applied: false, at: now });
      expect(await context.store.readPolicy(context.accountId)).toEqual({
        override: { idleMinutes: 30, absoluteMinutes: null },
        version: 2,
        now,
      });
      expect(await context.latestEvent("policy.changed")).toMatchObject({
        actor: { id: user.id },
        details: { apply: "next_login" },
      });
    });

    test("clears an override with null", async (context) => {
      await context.writePolicy(null, { idleMinutes: 30, absoluteMinutes: 600 });
      await context.writePolicy(null, { idleMinutes: null, absoluteMinutes: null });
      expect(await context.store.readPolicy(context.accountId)).toMatchObject({
        override: { idleMinutes: null, absoluteMinutes: null },
        version: 3,
      });
    });

    test("answers moved for any other version, and writes nothing", async (context) => {
      const { session } = await context.signIn();
      await context.writePolicy(null);
      const before = await context.snapshot();
      for (const expectedVersion of [1, 3])
        expect(
          await context.store.writePolicy({
            accountId: context.accountId,
            expectedVersion,
            override: STRICT,
            shorten: STRICT,
            callerSessionId: null,
            activeUsersLimit: 100,
            event: eventOf("policy.changed"),
          }),
        ).toEqual({ kind: "moved" });
      expect(await context.snapshot()).toEqual(before);
      expect(await context.fate(session)).toEqual({ state: "live" });
    });

    test("changes no session without shorten", async (context) => {
      const { session } = await context.signIn();
      await context.writePolicy(null, STRICT);
      expect(await context.readSession(session)).toEqual(session);
    });

    test("changes no other account", async (context) => {
      const other = context.otherAccount();
      await other.signIn();
      const before = await other.snapshot();
      await context.signIn();
      await context.writePolicy(STRICT);
      expect(await other.snapshot()).toEqual(before);
    });

    test("called concurrently writes one version", async (context) => {
      await context.signIn();
      for (let round = 1; round <= 20; round++) {
        const write = (idleMinutes: number) =>
          context.store.writePolicy({
            accountId: context.accountId,
            expectedVersion: round,
            override: { idleMinutes, absoluteMinutes: null },
            shorten: null,
            callerSessionId: null,
            activeUsersLimit: 100,
            event: eventOf("policy.changed"),
          });
        const outcomes = await Promise.all([write(20), write(30), write(40)]);
        expect(outcomes.filter((outcome) => outcome.kind === "written").length).toBe(1);
        expect((await context.store.readPolicy(context.accountId)).version).toBe(round + 1);
      }
    });

    test("concurrent with a sign-in never leaves a session under the old limits", async (context) => {
      for (let round = 0; round < 20; round++) {
        const user = context.newUser();
        const prepared = await context.store.readSignIn(context.accountId, user.id);
        const [started] = await Promise.all([
          context.startSession({ user, prepared }),
          context.writePolicy(STRICT),
        ]);
        if (started.kind === "started")
          expect(await context.readSession(started.session)).toMatchObject(STRICT);
        else expect(started).toEqual({ kind: "policy_moved" });
      }
    });

    testFaults("writes nothing if any statement fails", async (context) => {
      await context.signIn();
      context.clock.stall(20 * MINUTE);
      await context.signIn();
      return () => context.writePolicy(STRICT);
    });
  });

  describe("writePolicy with shorten", () => {
    test("gives each live session the smaller of its own limits and the new ones", async (context) => {
      const long = await context.signIn({ limits: { idleMinutes: 60, absoluteMinutes: 1440 } });
      const mixed = await context.signIn({ limits: { idleMinutes: 10, absoluteMinutes: 1440 } });
      const short = await context.signIn({ limits: { idleMinutes: 10, absoluteMinutes: 30 } });
      context.clock.stall(MINUTE);
      const outcome = await context.writePolicy(STRICT);
      expect(outcome).toMatchObject({ sessionsShortened: 2, sessionsEnded: 0 });
      expect(outcome.feed.length).toBe(1);
      expect(outcome.feed[0]).toMatchObject({ scope: "policy", version: 2, applied: true });
      expect(await context.readSession(long.session)).toEqual({
        ...long.session,
        ...STRICT,
        idleExpiresAt: long.now + 15 * MINUTE,
        absoluteExpiresAt: long.now + 12 * HOUR,
      });
      expect(await context.readSession(mixed.session)).toEqual({
        ...mixed.session,
        idleMinutes: 10,
        absoluteMinutes: 720,
        absoluteExpiresAt: mixed.now + 12 * HOUR,
      });
      expect(await context.readSession(short.session)).toEqual(short.session);
    });

    test("counts idle from the last use, and never moves a deadline later", async (context) => {
      const { session, now } = await context.signIn({ limits: { idleMinutes: 60, absoluteMinutes: 60 } });
      context.clock.stall(50 * MINUTE);
      await context.refresh(session);
      await context.writePolicy({ idleMinutes: 15, absoluteMinutes: 720 });
      expect(await context.readSession(session)).toMatchObject({
        idleMinutes: 15,
        absoluteMinutes: 60,
        idleExpiresAt: now + 60 * MINUTE,
        absoluteExpiresAt: now + 60 * MINUTE,
      });
    });

    for (const before of [1, 0, -1])
      test(`${before} ms before the new deadline ${before > 0 ? "shortens the session" : "ends it, dated at the deadline"}`, async (context) => {
        const { session, now } = await context.signIn();
        context.clock.stall(15 * MINUTE - before);
        const outcome = await context.writePolicy(STRICT);
        expect(outcome).toMatchObject(
          before > 0
            ? { sessionsShortened: 1, sessionsEnded: 0 }
            : { sessionsShortened: 0, sessionsEnded: 1 },
        );
        expect(await context.fate(session)).toEqual(
          before > 0 ? { state: "live" } : { state: "expired", reason: "idle", endedAt: now + 15 * MINUTE },
        );
        await context.sweepAll();
        expect(await context.readSession(session)).toMatchObject({
          idleMinutes: 15,
          idleExpiresAt: now + 15 * MINUTE,
          endedAt: before > 0 ? null : now + 15 * MINUTE,
          endReason: before > 0 ? null : "idle",
        });
        expect(await context.auditTrail("session.expired")).toEqual(
          before > 0 ? [] : [{ type: "session.expired", sessionId: session.id, at: now + 15 * MINUTE }],
        );
      });

    test("says whether it ended the caller's session, and who is active afterwards", async (context) => {
      const { store, accountId } = context;
      const old = await context.signIn({ user: context.newUser("Ada", "owner") });
      context.clock.stall(15 * MINUTE);
      const caller = await context.signIn({ user: context.newUser("Ben", "owner") });
      await context.signIn({ user: caller.user });
      const spared = await context.writePolicy(STRICT, STRICT, caller.session);
      expect(spared).toMatchObject({ sessionsEnded: 1, sessionsShortened: 2, callerSessionEnded: false });
      expect(spared.activeUsers).toEqual(await store.listActiveUsers(accountId, 100));
      expect(spared.activeUsers).toMatchObject({ userCount: 1, sessionCount: 2 });
      // It had ended before.
      expect(await context.writePolicy(STRICT, STRICT, old.session)).toMatchObject({
        callerSessionEnded: false,
      });

      context.clock.stall(10 * MINUTE);
      const ended = await context.writePolicy(SHORTER, SHORTER, caller.session);
      expect(ended).toMatchObject({ sessionsEnded: 2, sessionsShortened: 0, callerSessionEnded: true });
      expect(ended.activeUsers).toEqual({ users: [], userCount: 0, sessionCount: 0 });
    });

    test("lists at most as many active users as asked for, and counts all", async (context) => {
      for (const name of ["Ada", "Ben", "Cleo"]) {
        await context.signIn({ user: context.newUser(name, "owner") });
        context.clock.stall(1);
      }
      const { store, accountId } = context;
      const outcome = await store.writePolicy({
        accountId,
        expectedVersion: 1,
        override: STRICT,
        shorten: STRICT,
        callerSessionId: null,
        activeUsersLimit: 2,
        event: eventOf("policy.changed"),
      });
      expect(outcome).toMatchObject({ activeUsers: await store.listActiveUsers(accountId, 2) });
      expect(outcome).toMatchObject({ activeUsers: { userCount: 3, sessionCount: 3 } });
    });

    test("records the user and the deadline of each session that it ends", async (context) => {
      const { session, user } = await context.signIn();
      context.clock.stall(20 * MINUTE);
      await context.writePolicy(STRICT);
      await context.sweepAll();
      expect(await context.latestEvent("session.expired")).toMatchObject({
        actor: null,
        sessionId: session.id,
        details: { reason: "idle", user_id: user.id },
      });
    });

    test("has the reason of the earlier deadline if both new ones have passed", async (context) => {
      const { session, now } = await context.signIn();
      context.clock.stall(50 * MINUTE);
      await context.refresh(session);
      context.clock.stall(40 * MINUTE);
      await context.writePolicy({ idleMinutes: 30, absoluteMinutes: 60 });
      expect(await context.fate(session)).toEqual({
        state: "expired",
        reason: "absolute",
        endedAt: now + 60 * MINUTE,
      });
    });

    test("changes neither an ended session nor one that had expired", async (context) => {
      const expired = await context.signIn({ limits: { idleMinutes: 20, absoluteMinutes: 1440 } });
      const revoked = await context.signIn();
      await context.revokeUser(revoked.user.id);
      context.clock.stall(20 * MINUTE);
      expect(await context.writePolicy(STRICT)).toMatchObject({ sessionsShortened: 0, sessionsEnded: 0 });
      expect(await context.fate(expired.session)).toEqual({
        state: "expired",
        reason: "idle",
        endedAt: expired.session.idleExpiresAt,
      });
      expect(await context.fate(revoked.session)).toMatchObject({ state: "revoked" });
    });

    test("changes no session of a signed-out account", async (context) => {
      const { session } = await context.signIn();
      const { now } = await context.revokeAccount();
      context.clock.stall(16 * MINUTE);
      expect(await context.writePolicy(STRICT)).toMatchObject({ sessionsShortened: 0, sessionsEnded: 0 });
      expect(await context.fate(session)).toEqual({
        state: "revoked",
        reason: "revoked_by_owner",
        endedAt: now,
      });
    });

    test("marks its feed row and the account's applied version only if applied", async (context) => {
      await context.writePolicy(STRICT);
      await context.writePolicy(null);
      const { account } = await context.signIn();
      expect(account).toMatchObject({ policyVersion: 3, appliedPolicyVersion: 2 });
      expect((await context.feedRows()).map((row) => row.scope === "policy" && row.applied)).toEqual([
        true,
        false,
      ]);
    });
  });

  describe("previewPolicy", () => {
    test("returns zero for an account without sessions", async (context) => {
      const other = context.otherAccount();
      await other.signIn();
      expect(await preview(context)).toEqual({
        sessions: 0,
        sessionsShortened: 0,
        sessionsEnded: 0,
        usersEnded: 0,
        usersEndedFirst: [],
        callerSessionEnds: false,
      });
    });

    test("returns what writePolicy would do, and changes nothing", async (context) => {
      const cleo = await context.signIn({ user: context.newUser("Cleo", "member") });
      const ben = await context.signIn({ user: context.newUser("ben", "member") });
      const ada = await context.signIn({ user: context.newUser("Ada", "owner") });
      await context.signIn({ user: cleo.user });
      context.clock.stall(15 * MINUTE);
      const recent = await context.signIn({ user: ada.user });
      await context.signIn({
        user: context.newUser("Dan", "member"),
        limits: { idleMinutes: 10, absoluteMinutes: 30 },
      });
      const before = await context.snapshot();
      const effect = await preview(context, STRICT, ben.session.id);
      expect(effect).toEqual({
        sessions: 6,
        sessionsShortened: 1,
        sessionsEnded: 4,
        usersEnded: 2,
        usersEndedFirst: [
          { userId: ben.user.id, name: "ben" },
          { userId: cleo.user.id, name: "Cleo" },
        ],
        callerSessionEnds: true,
      });
      expect(await context.snapshot()).toEqual(before);
      expect((await preview(context, STRICT, recent.session.id)).callerSessionEnds).toBe(false);
      expect(await preview(context, STRICT, null, 1)).toMatchObject({
        usersEnded: 2,
        usersEndedFirst: [{ userId: ben.user.id, name: "ben" }],
      });
      expect(await context.writePolicy(STRICT)).toMatchObject({ sessionsShortened: 1, sessionsEnded: 4 });
      expect((await context.store.listActiveUsers(context.accountId, 10)).userCount).toBe(2);
    });

    for (const before of [1, 0, -1])
      test(`agrees with writePolicy ${before} ms before a new deadline`, async (context) => {
        const { session } = await context.signIn();
        context.clock.stall(15 * MINUTE - before);
        const effect = await preview(context, STRICT, session.id);
        expect(effect.callerSessionEnds).toBe(before <= 0);
        const written = await context.writePolicy(STRICT);
        expect(effect).toMatchObject({
          sessions: 1,
          sessionsShortened: written.sessionsShortened,
          sessionsEnded: written.sessionsEnded,
          usersEnded: written.sessionsEnded,
        });
      });

    test("orders users of the same name by id", async (context) => {
      const users = [context.newUser("Ada", "member"), context.newUser("Ada", "member")];
      for (const user of users.toReversed()) await context.signIn({ user });
      context.clock.stall(15 * MINUTE);
      expect((await preview(context)).usersEndedFirst.map((user) => user.userId)).toEqual(
        users.map((user) => user.id).sort(),
      );
    });

    test("does not report the end of the caller's session for one of another account or an ended one", async (context) => {
      const foreign = await context.otherAccount().signIn();
      const revoked = await context.signIn();
      await context.revokeUser(revoked.user.id);
      await context.signIn();
      context.clock.stall(15 * MINUTE);
      for (const { session } of [foreign, revoked])
        expect((await preview(context, STRICT, session.id)).callerSessionEnds).toBe(false);
    });
  });
}
