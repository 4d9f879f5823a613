import type { Session } from "../../src/session/session.js";
import type { Suite } from "./suite.js";
import { DAY, eventOf, HOUR, MINUTE, type StoreTestContext } from "./test-context.js";

const STRICT = { idleMinutes: 15, absoluteMinutes: 720 };
const LONG = { idleMinutes: 600, absoluteMinutes: 1440 };

/**
 * A policy applied to many sessions. A store may write the new deadlines into the sessions' rows later, in sweeps; nothing that
 * the port shows may depend on how far they are.
 */
export function describePolicyLimit({ describe, test, testFaults, expect }: Suite): void {
  const sweepOnce = (context: StoreTestContext) =>
    context.store.sweep({
      batch: 1,
      endedRetentionMs: 1000 * DAY,
      feedRetentionMs: 1000 * DAY,
      auditRetentionMs: 1000 * DAY,
    });

  /** Everything that depends on which sessions are live, and on their deadlines. */
  const view = async (context: StoreTestContext, sessions: readonly Session[]) => ({
    fates: await Promise.all(sessions.map((session) => context.fate(session))),
    deadlines: await Promise.all(
      sessions.map(async (session) => {
        const { idleMinutes, absoluteMinutes, idleExpiresAt, absoluteExpiresAt } =
          await context.readSession(session);
        return [idleMinutes, absoluteMinutes, idleExpiresAt, absoluteExpiresAt];
      }),
    ),
    live: await context.liveSessionIds(),
    ofUser: await context.liveSessionIds(sessions[0]?.userId),
    active: await context.store.listActiveUsers(context.accountId, 10),
    preview: await context.store.previewPolicy({
      accountId: context.accountId,
      shorten: { idleMinutes: 12, absoluteMinutes: 60 },
      callerSessionId: sessions[0]?.id ?? null,
      namesLimit: 5,
    }),
  });

  /** Signs in users whose sessions a policy shortens, ends and leaves alone. */
  const signInMany = async (context: StoreTestContext): Promise<Session[]> => {
    const sessions: Session[] = [];
    for (const name of ["Ada", "Ben", "Cleo", "Dan"]) {
      const user = context.newUser(name, "owner");
      sessions.push((await context.signIn({ user })).session);
      context.clock.stall(6 * MINUTE);
      sessions.push((await context.signIn({ user })).session);
      sessions.push(
        (await context.signIn({ user, limits: { idleMinutes: 12, absoluteMinutes: 30 } })).session,
      );
    }
    return sessions;
  };

  describe("a policy applied to many sessions", () => {
    test("holds for all of them at once, however far the sweeps are", async (context) => {
      const sessions = await signInMany(context);
      const outcome = await context.writePolicy(STRICT);
      const before = await view(context, sessions);
      // The third and the sixth session were over before, by their own limits.
      expect(outcome).toMatchObject({ sessionsShortened: 5, sessionsEnded: 3 });
      expect(before.fates.map((fate) => fate?.state ?? "missing").join(" ")).toBe(
        "expired expired expired expired live expired live live live live live live",
      );
      expect(outcome.activeUsers).toEqual(before.active);
      for (let more = true; more; ) {
        more = (await sweepOnce(context)).more;
        expect(await view(context, sessions)).toEqual(before);
      }
      expect((await context.auditTrail("session.expired")).length).toBe(5);
    });

    test("dates each end at the deadline, in the trail too, and records it once", async (context) => {
      const { session, now } = await context.signIn();
      context.clock.stall(20 * MINUTE);
      await context.writePolicy(STRICT);
      const at = now + 15 * MINUTE;
      const expired = [{ type: "session.expired", sessionId: session.id, at }];
      await context.store.closeExpired(context.accountId, session.id);
      expect(await context.auditTrail("session.expired")).toEqual(expired);
      context.clock.stall(2 * HOUR);
      await context.sweepAll();
      expect(await context.auditTrail("session.expired")).toEqual(expired);
      expect(await context.fate(session)).toEqual({ state: "expired", reason: "idle", endedAt: at });
    });

    test("says how many ends it has stored; the sweep stores the others", async (context) => {
      for (let nth = 0; nth < 5; nth++) await context.signIn();
      context.clock.stall(20 * MINUTE);
      const { endsStored, isSettled } = await context.writePolicy(STRICT);
      expect((await context.auditTrail("session.expired")).length).toBe(endsStored);
      let swept = 0;
      for (let more = !isSettled; more; ) {
        const outcome = await sweepOnce(context);
        swept += outcome.expired;
        more = outcome.more;
      }
      expect(endsStored + swept).toBe(5);
      expect((await sweepOnce(context)).expired).toBe(0);
    });

    test("moves the deadlines of a session that is used meanwhile, by the new limits", async (context) => {
      const { session, now } = await context.signIn();
      await context.writePolicy(STRICT);
      context.clock.stall(14 * MINUTE);
      const refreshed = await context.refresh(session);
      expect(refreshed?.session).toMatchObject({
        ...STRICT,
        idleExpiresAt: now + 29 * MINUTE,
        absoluteExpiresAt: now + 12 * HOUR,
      });
      context.clock.stall(15 * MINUTE - 1);
      expect(await context.fate(session)).toEqual({ state: "live" });
      context.clock.stall(1);
      expect(await context.refresh(session, { generation: 1 })).toBe(null);
      expect(await context.fate(session)).toEqual({
        state: "expired",
        reason: "idle",
        endedAt: now + 29 * MINUTE,
      });
      expect(await context.liveSessionIds()).toEqual([]);
    });

    test("refuses a refresh of each session that it has ended", async (context) => {
      const idle = await context.signIn();
      const bound = await context.signIn({ keyThumbprint: "key" });
      context.clock.stall(15 * MINUTE);
      await context.writePolicy(STRICT);
      expect(await context.refresh(idle.session)).toBe(null);
      expect(await context.refresh(bound.session)).toBe(null);
      const ended = { state: "expired", reason: "idle", endedAt: idle.now + 15 * MINUTE };
      expect([await context.fate(idle.session), await context.fate(bound.session)]).toEqual([ended, ended]);
    });

    test("leaves sessions alone that start under a later, longer policy", async (context) => {
      const covered = await context.signIn();
      await context.writePolicy(STRICT);
      await context.writePolicy(null, LONG);
      const later = await context.signIn({ limits: LONG });
      const before = await view(context, [covered.session, later.session]);
      expect(await context.readSession(later.session)).toMatchObject(LONG);
      expect(await context.readSession(covered.session)).toMatchObject(STRICT);
      await context.sweepAll();
      expect(await view(context, [covered.session, later.session])).toEqual(before);
    });

    test("applied again at once, never moves a deadline later nor revives a session", async (context) => {
      const { session: ended, now } = await context.signIn();
      context.clock.stall(15 * MINUTE);
      const { session: shortened } = await context.signIn();
      expect(await context.writePolicy(STRICT)).toMatchObject({ sessionsShortened: 1, sessionsEnded: 1 });
      expect(await context.writePolicy(LONG)).toMatchObject({ sessionsShortened: 0, sessionsEnded: 0 });
      expect(await context.writePolicy({ idleMinutes: 10, absoluteMinutes: 600 })).toMatchObject({
        sessionsShortened: 1,
        sessionsEnded: 0,
      });
      expect(await context.fate(ended)).toEqual({
        state: "expired",
        reason: "idle",
        endedAt: now + 15 * MINUTE,
      });
      expect(await context.readSession(shortened)).toMatchObject({ idleMinutes: 10, absoluteMinutes: 600 });
    });

    test("followed by a sign-out ends each session by what came first", async (context) => {
      const expired = await context.signIn();
      context.clock.stall(15 * MINUTE);
      const revoked = await context.signIn();
      const spared = await context.signIn();
      await context.writePolicy(STRICT);
      context.clock.stall(MINUTE);
      const { count, now } = await context.revokeAccount("revoked_by_owner", spared.session);
      expect(count).toBe(1);
      context.clock.stall(10 * MINUTE);
      const fates = async () => [
        await context.fate(expired.session),
        await context.fate(revoked.session),
        await context.fate(spared.session),
      ];
      const expected = [
        { state: "expired", reason: "idle", endedAt: expired.now + 15 * MINUTE },
        { state: "revoked", reason: "revoked_by_owner", endedAt: now },
        { state: "live" },
      ];
      expect(await fates()).toEqual(expected);
      await context.sweepAll(1);
      expect(await fates()).toEqual(expected);
      context.clock.stall(4 * MINUTE);
      expect(await context.fate(spared.session)).toEqual({
        state: "expired",
        reason: "idle",
        endedAt: spared.now + 15 * MINUTE,
      });
    });

    test("followed by a sign-out that finds nobody else dates the ends at their deadlines", async (context) => {
      const expired = await context.signIn();
      context.clock.stall(15 * MINUTE);
      const caller = await context.signIn();
      await context.writePolicy(STRICT);
      context.clock.stall(MINUTE);
      expect(await context.revokeAccount("revoked_by_owner", caller.session)).toMatchObject({
        count: 0,
        feed: [],
      });
      const at = expired.now + 15 * MINUTE;
      expect(await context.fate(expired.session)).toEqual({ state: "expired", reason: "idle", endedAt: at });
      expect(await context.auditTrail("session.expired", "session.revoked")).toEqual([
        { type: "session.expired", sessionId: expired.session.id, at },
      ]);
    });

    test("leaves sessions alone that were over before, whatever the sweeps find first", async (context) => {
      const revoked = await context.signIn();
      const { now } = await context.revokeAccount();
      const expired = await context.signIn({ limits: { idleMinutes: 20, absoluteMinutes: 1440 } });
      const live = await context.signIn();
      context.clock.stall(20 * MINUTE);
      await context.refresh(live.session);
      await context.writePolicy(STRICT);
      await context.sweepAll(1);
      expect(await context.fate(revoked.session)).toEqual({
        state: "revoked",
        reason: "revoked_by_owner",
        endedAt: now,
      });
      expect(await context.fate(expired.session)).toEqual({
        state: "expired",
        reason: "idle",
        endedAt: expired.now + 20 * MINUTE,
      });
      expect(await context.fate(live.session)).toEqual({ state: "live" });
    });

    test("counts the ended sessions neither among the live ones nor against the limit of a user", async (context) => {
      const { session, user } = await context.signIn();
      const other = await context.signIn({ user });
      context.clock.stall(15 * MINUTE);
      await context.refresh(other.session);
      await context.writePolicy(STRICT);
      expect(await context.signIn({ user, sessionsPerUser: 2 })).toMatchObject({ endedCount: 0 });
      expect(
        await context.store.endSession({
          accountId: context.accountId,
          sessionId: session.id,
          reason: "signed_out",
          event: eventOf("user.signed_out"),
        }),
      ).toEqual({ kind: "not_live" });
      expect(await context.revokeUser(user.id)).toMatchObject({ count: 2 });
    });

    test("changes no other account, and does not hold up its sweeps", async (context) => {
      const other = context.otherAccount();
      const { session } = await other.signIn({ limits: { idleMinutes: 10, absoluteMinutes: 30 } });
      for (let nth = 0; nth < 3; nth++) await context.signIn();
      context.clock.stall(15 * MINUTE);
      await context.writePolicy(STRICT);
      await sweepOnce(context);
      expect(await other.readSession(session)).toMatchObject({ endReason: "idle" });
    });

    testFaults("changes nothing that the port shows if a sweep fails", async (context) => {
      await context.signIn();
      context.clock.stall(20 * MINUTE);
      await context.signIn();
      await context.writePolicy(STRICT);
      await context.signIn({ limits: { idleMinutes: 10, absoluteMinutes: 30 } });
      context.clock.stall(10 * MINUTE);
      return () => context.sweepAll();
    });
  });
}
