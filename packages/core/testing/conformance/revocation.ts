import type { Suite } from "./suite.js";
import { eventOf, MINUTE, SHORT_LIMITS } from "./test-context.js";

/** `revokeAccount` and `revokeUser`: ending many sessions in one transaction. */
export function describeRevocation({ describe, test, testFaults, expect }: Suite): void {
  describe("revokeAccount", () => {
    test("ends the live sessions of all users at one time and for one reason", async (context) => {
      const ada = await context.signIn();
      const ben = await context.signIn({ user: context.newUser("Ben", "member"), keyThumbprint: "key" });
      context.clock.stall(5);
      const now = context.clock.now();
      const { count, feed } = await context.revokeAccount("revoked_by_owner");
      expect(count).toBe(2);
      expect(await context.feedRows()).toEqual(feed);
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({
        accountId: context.accountId,
        at: now,
        scope: "account",
        epoch: 1,
        spares: null,
        reason: "revoked_by_owner",
      });
      for (const { session } of [ada, ben])
        expect(await context.fate(session)).toEqual({
          state: "revoked",
          reason: "revoked_by_owner",
          endedAt: now,
        });
      expect(await context.liveSessionIds()).toEqual([]);
      expect(await context.store.listActiveUsers(context.accountId, 10)).toEqual({
        users: [],
        userCount: 0,
        sessionCount: 0,
      });
    });

    test("adds the count to its event", async (context) => {
      const { user, session } = await context.signIn();
      await context.store.revokeAccount({
        accountId: context.accountId,
        reason: "revoked_by_owner",
        spareSessionId: null,
        event: eventOf("sessions.revoked", {
          actorId: user.id,
          sessionId: session.id,
          ip: "192.0.2.7",
          details: { scope: "all" },
        }),
      });
      expect(await context.latestEvent("sessions.revoked")).toMatchObject({
        at: context.clock.now(),

        actor: { id: user.id },
        sessionId: session.id,
        ip: "192.0.2.7",
        details: { scope: "all", count: 1 },
      });
    });

    test("counts live sessions only", async (context) => {
      await context.signIn();
      await context.revokeAccount();
      const ended = await context.signIn();
      await context.signIn({ limits: SHORT_LIMITS });
      await context.signIn();
      await context.store.endSession({
        accountId: context.accountId,
        sessionId: ended.session.id,
        reason: "signed_out",
        event: eventOf("user.signed_out"),
      });
      context.clock.stall(10 * MINUTE);
      expect(await context.revokeAccount()).toMatchObject({ count: 1 });
      expect(await context.revokeAccount()).toMatchObject({ count: 0 });
    });

    test("spares the given session, which the next sign-out ends", async (context) => {
      const spared = await context.signIn();
      const other = await context.signIn({ user: spared.user });
      const outcome = await context.revokeAccount("revoked_by_owner", spared.session);
      expect(outcome.count).toBe(1);
      expect(outcome.feed[0]).toMatchObject({ epoch: 1, spares: spared.session.id });
      expect(await context.fate(spared.session)).toEqual({ state: "live" });
      expect(await context.readSession(spared.session)).toMatchObject({ accountEpoch: 1 });
      expect(await context.fate(other.session)).toMatchObject({ state: "revoked" });
      expect(await context.liveSessionIds()).toEqual([spared.session.id]);
      expect(await context.revokeAccount()).toMatchObject({ count: 1 });
      expect(await context.fate(spared.session)).toMatchObject({ state: "revoked" });
    });

    test("spares neither an ended session nor one of another account", async (context) => {
      const expired = await context.signIn({ limits: SHORT_LIMITS });
      await context.signIn();
      const other = context.otherAccount();
      const foreign = await other.signIn();
      const first = await context.revokeAccount("revoked_by_owner", foreign.session);
      expect(first).toMatchObject({ count: 2 });
      expect(first.feed[0]).toMatchObject({ spares: null });
      expect(await other.readSession(foreign.session)).toMatchObject({ accountEpoch: 0 });
      context.clock.stall(10 * MINUTE);
      await context.revokeAccount("revoked_by_owner", expired.session);
      expect(await context.readSession(expired.session)).toMatchObject({ accountEpoch: 0 });
      expect(await context.fate(expired.session)).toMatchObject({ state: "revoked", endedAt: first.now });
      expect(await context.liveSessionIds()).toEqual([]);
    });

    for (const before of [1, 0, -1])
      test(`${before} ms before a deadline finds the session ${before > 0 ? "live" : "expired"}`, async (context) => {
        const { session } = await context.signIn({ limits: SHORT_LIMITS });
        context.clock.stall(10 * MINUTE - before);
        expect((await context.revokeAccount()).count).toBe(before > 0 ? 1 : 0);
        context.clock.stall(MINUTE);
        expect(await context.fate(session)).toEqual(
          before > 0
            ? { state: "revoked", reason: "revoked_by_owner", endedAt: session.idleExpiresAt - 1 }
            : { state: "expired", reason: "idle", endedAt: session.idleExpiresAt },
        );
      });

    test("changes no other account", async (context) => {
      await context.signIn();
      const other = context.otherAccount();
      const foreign = await other.signIn();
      const before = await other.snapshot();
      await context.revokeAccount();
      expect(await other.snapshot()).toEqual(before);
      expect(await other.fate(foreign.session)).toEqual({ state: "live" });
      expect(await other.feedRows()).toEqual([]);
    });

    test("writes nothing if the spared session is the only live one", async (context) => {
      const spared = await context.signIn();
      const ended = await context.signIn();
      await context.store.endSession({
        accountId: context.accountId,
        sessionId: ended.session.id,
        reason: "signed_out",
        event: eventOf("user.signed_out"),
      });
      const before = await context.snapshot();
      const now = context.clock.now();
      expect(await context.revokeAccount("revoked_by_owner", spared.session)).toEqual({
        kind: "revoked",
        count: 0,
        feed: [],
        now,
      });
      expect(await context.snapshot()).toEqual(before);
    });

    test("without a session to spare refuses a sign-in that is under way, though none is live yet", async (context) => {
      const user = context.newUser();
      const gone = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE);
      for (const spared of [null, gone.session]) {
        const prepared = await context.store.readSignIn(context.accountId, user.id);
        const { count, feed } = await context.revokeAccount("revoked_by_owner", spared);
        expect([count, feed.length]).toEqual([0, 1]);
        expect((await context.startSession({ user, prepared })).kind).toBe("account_moved");
      }
    });

    test("raises the epoch of an account without rows", async (context) => {
      expect(await context.revokeAccount()).toMatchObject({ count: 0 });
      const { account } = await context.store.readSignIn(context.accountId, context.newId());
      expect(account).toMatchObject({ epoch: 1, policyVersion: 1 });
    });

    test("called concurrently counts each session once and raises the epoch per call", async (context) => {
      for (let round = 0; round < 10; round++) {
        await context.signIn();
        await context.signIn();
        const outcomes = await Promise.all([1, 2, 3].map(() => context.revokeAccount()));
        expect(outcomes.reduce((sum, outcome) => sum + outcome.count, 0)).toBe(2);
        const { account } = await context.store.readSignIn(context.accountId, context.newId());
        expect(account.epoch).toBe(3 * (round + 1));
      }
    });

    test("concurrent with a sign-in leaves it no live session", async (context) => {
      for (let round = 0; round < 20; round++) {
        const user = context.newUser();
        const prepared = await context.store.readSignIn(context.accountId, user.id);
        const [started, revoked] = await Promise.all([
          context.startSession({ user, prepared }),
          context.revokeAccount(),
        ]);
        if (started.kind === "started")
          expect(await context.fate(started.session)).toMatchObject({
            state: "revoked",
            endedAt: revoked.now,
          });
        else expect(started).toMatchObject({ kind: "account_moved", at: revoked.now });
        expect(await context.liveSessionIds()).toEqual([]);
      }
    });

    testFaults("writes nothing if any statement fails", async (context) => {
      const { session } = await context.signIn();
      await context.signIn();
      return () => context.revokeAccount("revoked_by_owner", session);
    });
  });

  describe("revokeUser", () => {
    test("ends the user's live sessions, raises the user's epoch, and affects no other user", async (context) => {
      const ada = await context.signIn();
      await context.signIn({ user: ada.user });
      const ben = await context.signIn({ user: context.newUser("Ben", "member") });
      context.clock.stall(5);
      const now = context.clock.now();
      const outcome = await context.revokeUser(ada.user.id, "revoked_by_owner");
      expect(outcome).toMatchObject({ kind: "revoked", count: 2, now });
      const feed = await context.feedRows();
      expect(outcome).toMatchObject({ feed });
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({
        scope: "user",
        userId: ada.user.id,
        epoch: 1,
        spares: null,
        reason: "revoked_by_owner",
        at: now,
      });
      expect(await context.readSession(ada.session)).toMatchObject({
        endedAt: now,
        endReason: "revoked_by_owner",
      });
      expect(await context.liveSessionIds()).toEqual([ben.session.id]);
      expect(await context.store.readUser(context.accountId, ada.user.id)).toMatchObject({
        epoch: 1,
        roleEpoch: 0,
      });
      expect(await context.store.readUser(context.accountId, ben.user.id)).toMatchObject({ epoch: 0 });
    });

    test("spares the given session", async (context) => {
      const spared = await context.signIn();
      const other = await context.signIn({ user: spared.user });
      const outcome = await context.revokeUser(spared.user.id, "revoked_by_user", spared.session);
      expect(outcome).toMatchObject({ kind: "revoked", count: 1 });
      expect((await context.feedRows())[0]).toMatchObject({
        scope: "user",
        epoch: 1,
        spares: spared.session.id,
      });
      expect(await context.fate(spared.session)).toEqual({ state: "live" });
      expect(await context.fate(other.session)).toMatchObject({ reason: "revoked_by_user" });
      expect(await context.refresh(spared.session)).toMatchObject({ user: { epoch: 1 } });
    });

    test("spares no session of another user", async (context) => {
      const ada = await context.signIn();
      const ben = await context.signIn({ user: context.newUser("Ben", "member") });
      await context.revokeUser(ada.user.id, "revoked_by_owner", ben.session);
      expect((await context.feedRows())[0]).toMatchObject({ spares: null });
      expect(await context.liveSessionIds()).toEqual([ben.session.id]);
    });

    test("counts live sessions only, and records the count", async (context) => {
      const { user } = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE);
      await context.signIn({ user });
      expect(await context.revokeUser(user.id)).toMatchObject({ count: 1 });
      expect(await context.latestEvent("sessions.revoked")).toMatchObject({
        details: { user_id: user.id, count: 1 },
      });
      expect(await context.revokeUser(user.id)).toMatchObject({ count: 0 });
    });

    test("writes no event, epoch or row of the feed if no session would end", async (context) => {
      const { user, session } = await context.signIn();
      for (const spared of [session, null]) {
        const before = await context.snapshot();
        const now = context.clock.now();
        expect(await context.revokeUser(user.id, "revoked_by_user", spared)).toEqual({
          kind: "revoked",
          count: 0,
          feed: [],
          now,
        });
        expect(await context.snapshot()).toEqual(before);
        if (spared !== null) await context.revokeUser(user.id);
        context.clock.stall(1);
      }
    });

    test("of sessions that are past their deadline stores their ends, and nothing else", async (context) => {
      const { user, session } = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE);
      const own = await context.signIn({ user });
      expect(await context.revokeUser(user.id, "revoked_by_user", own.session)).toMatchObject({ count: 0 });
      expect(await context.revokeAccount("revoked_by_owner", own.session)).toMatchObject({ count: 0 });
      expect(await context.readSession(session)).toMatchObject({ endReason: "idle" });
      expect(await context.store.readUser(context.accountId, user.id)).toMatchObject({ epoch: 0 });
      expect(await context.feedRows()).toEqual([]);
      expect(await context.auditTrail("sessions.revoked")).toEqual([]);
    });

    test("concurrent with a refresh from before the deadline ends the session whichever comes first", async (context) => {
      for (let round = 0; round < 20; round++) {
        const { user, session } = await context.signIn({ limits: SHORT_LIMITS });
        context.clock.stall(10 * MINUTE - 1);
        const refreshing = context.refresh(session);
        context.clock.stall(1);
        await Promise.all([refreshing, context.revokeUser(user.id)]);
        expect((await context.fate(session))?.state === "live").toBe(false);
      }
    });

    test("answers not_found for a user of another account, and changes nothing there", async (context) => {
      const { user, session } = await context.signIn();
      const other = context.otherAccount();
      await other.signIn();
      expect(await other.revokeUser(user.id)).toEqual({ kind: "not_found" });
      expect(await context.revokeUser(context.newId())).toEqual({ kind: "not_found" });
      expect(await context.fate(session)).toEqual({ state: "live" });
      expect(await other.auditTrail("sessions.revoked")).toEqual([]);
      expect(await other.feedRows()).toEqual([]);
    });

    test("concurrent with a sign-in refuses it or ends its session", async (context) => {
      const { user } = await context.signIn();
      for (let round = 0; round < 20; round++) {
        await context.signIn({ user });
        const prepared = await context.store.readSignIn(context.accountId, user.id);
        const [, started] = await Promise.all([
          context.revokeUser(user.id),
          context.startSession({ user, prepared }),
        ]);
        if (started.kind === "started")
          expect(await context.fate(started.session)).toMatchObject({ state: "revoked" });
        else expect(started).toEqual({ kind: "user_moved" });
        expect(await context.liveSessionIds()).toEqual([]);
      }
    });

    testFaults("writes nothing if any statement fails", async (context) => {
      const { user, session } = await context.signIn();
      await context.signIn({ user });
      return () => context.revokeUser(user.id, "revoked_by_user", session);
    });
  });
}
