import type { Suite } from "./suite.js";
import { DAY, eventOf, HOUR, MINUTE, NO_ACTOR, SHORT_LIMITS, type StoreTestContext } from "./test-context.js";

/** The first sight of sessions that began before a sign-out of their account or their user. */
export function describeSignOutsBeforeSight({ describe, test, expect }: Suite): void {
  /** How a session of `user` that began at `startedAt` stands at first sight. */
  async function sight(
    context: StoreTestContext,
    startedAt: number,
    user = context.newUser(),
    sessionId = context.newId(),
  ): Promise<unknown> {
    const outcome = await context.firstSight({ user, sessionId, times: { startedAt } });
    return outcome.kind === "over" ? outcome.fate : outcome.kind;
  }

  const disable = (context: StoreTestContext, userId: string, disabled = true) =>
    context.store.updateUser({
      accountId: context.accountId,
      userId,
      changes: { disabled },
      actor: NO_ACTOR,
    });

  describe("a session that began before a sign-out, at first sight", () => {
    test("was ended by the sign-out of its account, up to the millisecond", async (context) => {
      const { now: at } = await context.revokeAccount("password_changed");
      const ended = { state: "revoked", reason: "password_changed", endedAt: at };
      context.clock.stall(MINUTE);
      expect(await sight(context, at - HOUR)).toEqual(ended);
      expect(await sight(context, at)).toEqual(ended);
      expect(await sight(context, at + 1)).toBe("started");
    });

    test("is stored as ended, without an event, an epoch or a row of the feed", async (context) => {
      const { now: at } = await context.revokeAccount();
      context.clock.stall(MINUTE);
      const trail = await context.auditTrail();
      const feed = await context.feedRows();
      const sessionId = context.newId();
      await sight(context, at - HOUR, context.newUser(), sessionId);
      expect(await context.readSession({ id: sessionId })).toMatchObject({
        endedAt: at,
        endReason: "revoked_by_owner",
      });
      expect(await context.auditTrail()).toEqual(trail);
      expect(await context.feedRows()).toEqual(feed);
      expect(await context.liveSessionIds()).toEqual([]);
      expect((await context.store.listActiveUsers(context.accountId, 10)).sessionCount).toBe(0);
    });

    test("was not ended by a sign-out that spared it", async (context) => {
      const { session, user } = await context.adopt({ governed: { keepUntil: context.clock.now() } });
      await context.adopt();
      const { now: at } = await context.revokeAccount("revoked_by_owner", session);
      context.clock.stall(MINUTE);
      expect(await sight(context, at)).toMatchObject({ reason: "revoked_by_owner" });
      await context.store.endSession({
        accountId: context.accountId,
        sessionId: session.id,
        reason: "signed_out",
        event: eventOf("user.signed_out"),
      });
      context.clock.stall(MINUTE);
      const retention = { endedRetentionMs: 1, feedRetentionMs: 1, auditRetentionMs: DAY };
      while ((await context.store.sweep({ batch: 100, ...retention })).more);
      expect(await context.fate(session)).toBe(null);
      expect(await sight(context, at, user, session.id)).toBe("started");
    });

    test("was ended by the last time that its user's sessions ended as a whole", async (context) => {
      const { user } = await context.signIn();
      await context.revokeUser(user.id, "revoked_by_user");
      const at = context.clock.now();
      context.clock.stall(MINUTE);
      expect(await sight(context, at, user)).toEqual({
        state: "revoked",
        reason: "revoked_by_user",
        endedAt: at,
      });
      expect(await sight(context, at + 1, user)).toBe("started");
      expect(await sight(context, at - HOUR)).toBe("started");
    });

    test("was ended by a new password", async (context) => {
      const { user } = await context.signIn();
      await context.signIn({ user, endsOthers: "password_changed" });
      const at = context.clock.now();
      context.clock.stall(MINUTE);
      expect(await sight(context, at, user)).toMatchObject({ reason: "password_changed", endedAt: at });
    });

    test("was ended when its user was disabled, after the user is enabled again", async (context) => {
      await context.signIn();
      const { user } = await context.signIn();
      await disable(context, user.id);
      const at = context.clock.now();
      context.clock.stall(MINUTE);
      await disable(context, user.id, false);
      expect(await sight(context, at - HOUR, user)).toMatchObject({ reason: "user_disabled", endedAt: at });
      expect(await sight(context, at + 1, user)).toBe("started");
    });

    test("was ended by whatever came first: a sign-out or its own deadline", async (context) => {
      const start = context.clock.now();
      const user = context.newUser();
      context.clock.stall(10 * MINUTE);
      await context.revokeUser(user.id, "revoked_by_user");
      context.clock.stall(10 * MINUTE);
      await context.revokeAccount("revoked_by_owner");
      context.clock.stall(DAY);
      const fateOfOne = async (
        limits: { idleMinutes: number; absoluteMinutes: number },
        startedAt: number,
      ) => {
        const outcome = await context.firstSight({
          user,
          limits,
          times: { startedAt, lastActiveAt: startedAt },
        });
        return outcome.kind === "over" ? outcome.fate : outcome.kind;
      };
      expect(await fateOfOne({ idleMinutes: 9, absoluteMinutes: 30 }, start)).toEqual({
        state: "expired",
        reason: "idle",
        endedAt: start + 9 * MINUTE,
      });
      // At the same moment the deadline counts, as everywhere.
      expect(await fateOfOne({ idleMinutes: 10, absoluteMinutes: 30 }, start)).toMatchObject({
        state: "expired",
      });
      expect(await fateOfOne({ idleMinutes: 11, absoluteMinutes: 30 }, start)).toEqual({
        state: "revoked",
        reason: "revoked_by_user",
        endedAt: start + 10 * MINUTE,
      });
      expect(await fateOfOne(SHORT_LIMITS, start + 15 * MINUTE)).toEqual({
        state: "revoked",
        reason: "revoked_by_owner",
        endedAt: start + 20 * MINUTE,
      });
    });

    test("is not covered by the sign-outs of another account", async (context) => {
      const user = context.newUser();
      const other = context.otherAccount();
      await other.revokeAccount();
      await other.revokeUser(user.id);
      const at = context.clock.now();
      context.clock.stall(MINUTE);
      expect(await sight(context, at - HOUR, user)).toBe("started");
    });

    test("is never live if the sign-out and the first sight come at once", async (context) => {
      const startedAt = context.clock.now() - HOUR;
      for (let round = 0; round < 5; round++) {
        const user = context.newUser();
        const sessionId = context.newId();
        await Promise.all([
          sight(context, startedAt, user, sessionId),
          round % 2 === 0 ? context.revokeAccount() : context.revokeUser(user.id),
        ]);
        expect((await context.fate({ id: sessionId }))?.state).toBe("revoked");
      }
    });

    test("is covered long after the records of the sign-out's epoch and feed are gone", async (context) => {
      const { user } = await context.signIn();
      await context.revokeUser(user.id, "revoked_by_user");
      const { now: at } = await context.revokeAccount();
      context.clock.stall(300 * DAY);
      const retention = { endedRetentionMs: DAY, feedRetentionMs: DAY, auditRetentionMs: DAY };
      while ((await context.store.sweep({ batch: 100, ...retention })).more);
      const times = { startedAt: at, lastActiveAt: null, absoluteFrom: context.clock.now() };
      expect(await context.firstSight({ times })).toMatchObject({
        kind: "over",
        fate: { reason: "revoked_by_owner", endedAt: at },
      });
    });
  });

  describe("a sign-out that finds nothing to end covers later first sights, and", () => {
    const revokeOwn = (context: StoreTestContext, userId: string, spareSessionId: string | null) =>
      context.store.revokeUser({
        accountId: context.accountId,
        userId,
        reason: "revoked_by_user",
        spareSessionId,
        event: eventOf("sessions.revoked", { actorId: userId }),
      });

    test("is recorded for a user that the account has not met", async (context) => {
      const user = context.newUser();
      const before = await context.snapshot();
      expect(await context.revokeUser(user.id)).toEqual({ kind: "not_found" });
      expect(await context.snapshot()).toEqual(before);
      const at = context.clock.now();
      context.clock.stall(MINUTE);
      expect(await sight(context, at, user)).toMatchObject({ reason: "revoked_by_owner", endedAt: at });
      expect(await sight(context, at + 1, user)).toBe("started");
    });

    test("is recorded for an unknown user who is to be disabled, but not for another change", async (context) => {
      const [disabled, renamed] = [context.newUser(), context.newUser()];
      expect(await disable(context, disabled.id)).toEqual({ kind: "not_found" });
      const rename = { changes: { name: "X" }, accountId: context.accountId, userId: renamed.id };
      expect(await context.store.updateUser({ ...rename, actor: NO_ACTOR })).toEqual({ kind: "not_found" });
      const at = context.clock.now();
      context.clock.stall(MINUTE);
      expect(await sight(context, at, disabled)).toMatchObject({ reason: "user_disabled", endedAt: at });
      expect(await sight(context, at, renamed)).toBe("started");
    });

    test("is recorded for a user without a live session, with no event, epoch or row of the feed", async (context) => {
      const { user } = await context.signIn();
      await context.revokeUser(user.id);
      context.clock.stall(MINUTE);
      const before = await context.snapshot();
      await context.revokeUser(user.id, "revoked_by_user");
      const at = context.clock.now();
      expect(await context.snapshot()).toEqual(before);
      context.clock.stall(MINUTE);
      expect(await sight(context, at, user)).toMatchObject({ reason: "revoked_by_user", endedAt: at });
    });

    test("is recorded for an account whose only live session is spared", async (context) => {
      const { session } = await context.signIn();
      const before = await context.snapshot();
      expect(await context.revokeAccount("revoked_by_owner", session)).toMatchObject({ count: 0, feed: [] });
      expect(await context.snapshot()).toEqual(before);
      const at = context.clock.now();
      context.clock.stall(MINUTE);
      expect(await sight(context, at)).toMatchObject({ reason: "revoked_by_owner", endedAt: at });
      expect(await context.fate(session)).toEqual({ state: "live" });
    });

    test("is recorded where a user spares a session that a host issued", async (context) => {
      const { session, user } = await context.adopt();
      await revokeOwn(context, user.id, session.id);
      const at = context.clock.now();
      context.clock.stall(MINUTE);
      expect(await sight(context, at, user)).toMatchObject({ reason: "revoked_by_user", endedAt: at });
      expect(await context.fate(session)).toEqual({ state: "live" });
    });

    test("is not recorded where a user spares a session with tokens", async (context) => {
      const { session, user } = await context.signIn();
      expect(await revokeOwn(context, user.id, session.id)).toMatchObject({ kind: "revoked", count: 0 });
      const at = context.clock.now();
      context.clock.stall(MINUTE);
      expect(await sight(context, at, user)).toBe("started");
    });

    test("is recorded where users end all of their own", async (context) => {
      const { session, user } = await context.signIn();
      await context.store.endSession({
        accountId: context.accountId,
        sessionId: session.id,
        reason: "signed_out",
        event: eventOf("user.signed_out"),
      });
      await revokeOwn(context, user.id, null);
      const at = context.clock.now();
      context.clock.stall(MINUTE);
      expect(await sight(context, at, user)).toMatchObject({ reason: "revoked_by_user", endedAt: at });
    });
  });

  test("the end of one session says nothing of those that were not seen yet", async (context) => {
    const { session, user } = await context.adopt();
    await context.store.endSession({
      accountId: context.accountId,
      sessionId: session.id,
      reason: "signed_out",
      event: eventOf("user.signed_out"),
    });
    const at = context.clock.now();
    context.clock.stall(MINUTE);
    expect(await sight(context, at, user)).toBe("started");
  });
}
