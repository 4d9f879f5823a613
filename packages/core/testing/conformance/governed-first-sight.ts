import { fateOf } from "../../src/session/session.js";
import type { StartOutcome } from "../../src/store.js";
import type { Suite } from "./suite.js";
import { DAY, HOUR, LIMITS, MINUTE, SHORT_LIMITS, type StoreTestContext } from "./test-context.js";

/** `startSession` with `times` and `governed`: a session that its host issued before, seen for the first time. */
export function describeFirstSight({ describe, test, testFaults, expect }: Suite): void {
  describe("startSession at first sight", () => {
    test("counts the deadlines from the moments that the host tells", async (context) => {
      const now = context.clock.now();
      const startedAt = now - 5 * HOUR;
      const authenticatedAt = now - HOUR;
      const lastActiveAt = now - 20 * MINUTE;
      const { session } = await context.adopt({ times: { startedAt, authenticatedAt, lastActiveAt } });
      expect(session).toMatchObject({
        isGoverned: true,
        startedAt,
        authenticatedAt,
        lastActiveAt,
        idleExpiresAt: lastActiveAt + HOUR,
        absoluteExpiresAt: startedAt + DAY,
        endedAt: null,
      });
      expect(await context.readSession(session)).toEqual(session);
      expect(await context.liveSessionIds()).toEqual([session.id]);
    });

    test("takes now for a use that the host does not tell", async (context) => {
      const now = context.clock.now();
      const { session } = await context.adopt({ times: { startedAt: now - HOUR } });
      expect(session).toMatchObject({ lastActiveAt: now, idleExpiresAt: now + HOUR });
    });

    test("brings the last use between the start and now", async (context) => {
      const now = context.clock.now();
      const startedAt = now - 10 * MINUTE;
      const early = await context.adopt({ times: { startedAt, lastActiveAt: startedAt - DAY } });
      expect(early.session).toMatchObject({ lastActiveAt: startedAt, idleExpiresAt: startedAt + HOUR });
      const late = await context.adopt({ times: { startedAt, lastActiveAt: now + DAY } });
      expect(late.session).toMatchObject({ lastActiveAt: now, idleExpiresAt: now + HOUR });
    });

    test("takes moments that are ahead of the store's clock as now", async (context) => {
      const now = context.clock.now();
      const { session, user } = await context.adopt({ times: { startedAt: now + MINUTE } });
      expect(session).toMatchObject({ startedAt: now, authenticatedAt: now, absoluteExpiresAt: now + DAY });
      expect(user.lastLoginAt).toBe(now);
    });

    test("counts the absolute lifetime from absoluteFrom where that is later than the start", async (context) => {
      const now = context.clock.now();
      const startedAt = now - 60 * DAY;
      const from = await context.adopt({ times: { startedAt, absoluteFrom: now - HOUR } });
      expect(from.session).toMatchObject({ startedAt, absoluteExpiresAt: now + 23 * HOUR });
      const later = { startedAt: now - HOUR, absoluteFrom: now - 60 * DAY };
      expect((await context.adopt({ times: later })).session.absoluteExpiresAt).toBe(now + 23 * HOUR);
    });

    test("counts a policy applied now from absoluteFrom too", async (context) => {
      const now = context.clock.now();
      const times = { startedAt: now - 60 * DAY, absoluteFrom: now - HOUR };
      const { session } = await context.adopt({ times });
      const policy = { idleMinutes: 60, absoluteMinutes: 120 };
      expect(await context.writePolicy(policy)).toMatchObject({ sessionsShortened: 1, sessionsEnded: 0 });
      const shortened = { absoluteExpiresAt: now + HOUR, idleExpiresAt: now + HOUR };
      expect(await context.readSession(session)).toMatchObject(shortened);
      await context.sweepAll();
      expect(await context.readSession(session)).toMatchObject(shortened);
      context.clock.stall(HOUR - 1);
      expect(await context.fate(session)).toEqual({ state: "live" });
      context.clock.stall(1);
      expect(await context.fate(session)).toEqual({
        state: "expired",
        reason: "absolute",
        endedAt: now + HOUR,
      });
    });

    test("ends at notAfter, which neither use nor a policy applied now moves later", async (context) => {
      const now = context.clock.now();
      const notAfter = now + 30 * MINUTE;
      const { session } = await context.adopt({ times: { startedAt: now - HOUR, notAfter } });
      expect(session).toMatchObject({ idleExpiresAt: notAfter, absoluteExpiresAt: notAfter });
      context.clock.stall(10 * MINUTE);
      await context.store.touchSession({
        accountId: context.accountId,
        sessionId: session.id,
        idleForMs: 0,
      });
      await context.writePolicy({ idleMinutes: 50, absoluteMinutes: 720 });
      const capped = { idleExpiresAt: notAfter, absoluteExpiresAt: notAfter };
      expect(await context.readSession(session)).toMatchObject(capped);
      await context.sweepAll();
      expect(await context.readSession(session)).toMatchObject(capped);
    });

    test("has no effect on deadlines that come before notAfter", async (context) => {
      const now = context.clock.now();
      const { session } = await context.adopt({ times: { startedAt: now, notAfter: now + 2 * DAY } });
      expect(session).toMatchObject({ idleExpiresAt: now + HOUR, absoluteExpiresAt: now + DAY });
    });

    test("counts as the last sign-in where it is the latest", async (context) => {
      const now = context.clock.now();
      const user = context.newUser();
      const lastLoginAfter = async (startedAt: number) =>
        (await context.adopt({ user, times: { startedAt } })).user.lastLoginAt;
      expect(await lastLoginAfter(now - HOUR)).toBe(now - HOUR);
      expect(await lastLoginAfter(now - 2 * HOUR)).toBe(now - HOUR);
      expect(await lastLoginAfter(now)).toBe(now);
    });

    test("has no limit on sessions unless one is given", async (context) => {
      const user = context.newUser();
      for (let count = 0; count < 4; count++) await context.adopt({ user });
      expect((await context.liveSessionIds(user.id)).length).toBe(4);
      await context.adopt({ user, sessionsPerUser: 2 });
      expect((await context.liveSessionIds(user.id)).length).toBe(2);
    });

    test("answers exists for a session that is there, live or ended, and writes nothing", async (context) => {
      const user = context.newUser();
      const { session } = await context.adopt({ user });
      const again = () =>
        context.firstSight({ sessionId: session.id, user: { ...user, name: "Eve", role: "member" } });
      const before = await context.snapshot();
      expect(await again()).toEqual({ kind: "exists" });
      expect(await context.snapshot()).toEqual(before);
      await context.revokeUser(user.id);
      const ended = await context.snapshot();
      expect(await again()).toEqual({ kind: "exists" });
      expect(await context.snapshot()).toEqual(ended);
    });

    test("starts a session of the same id in another account", async (context) => {
      const { session } = await context.adopt();
      const other = context.otherAccount();
      await other.adopt({ sessionId: session.id });
      await context.revokeAccount();
      expect(await other.fate(session)).toEqual({ state: "live" });
      expect((await context.fate(session))?.state).toBe("revoked");
    });

    test("called twice at once starts one session", async (context) => {
      const user = context.newUser();
      const sessionId = context.newId();
      const outcomes = await Promise.all([1, 2, 3].map(() => context.firstSight({ user, sessionId })));
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["exists", "exists", "started"]);
      expect((await context.auditTrail("user.signed_in")).length).toBe(1);
    });

    test("refuses a session of a disabled user", async (context) => {
      await context.signIn();
      const { user } = await context.signIn();
      await context.store.updateUser({
        accountId: context.accountId,
        userId: user.id,
        changes: { disabled: true },
        actor: { userId: null, sessionId: null, ip: null },
      });
      const before = await context.snapshot();
      expect(await context.firstSight({ user })).toEqual({ kind: "user_disabled" });
      expect(await context.snapshot()).toEqual(before);
    });

    test("ends the user's other sessions if told so, and not the new one", async (context) => {
      const user = context.newUser();
      const other = await context.adopt({ user });
      const { session } = await context.adopt({ user, endsOthers: "password_changed" });
      expect(await context.fate(other.session)).toMatchObject({ reason: "password_changed" });
      expect(await context.fate(session)).toEqual({ state: "live" });
    });
  });

  describe("startSession of a session that is over at first sight", () => {
    const over = async (context: StoreTestContext, outcome: StartOutcome, sessionId: string) => {
      if (outcome.kind !== "over") throw new Error(`the outcome is ${outcome.kind}`);
      const snapshot = await context.store.readSession(context.accountId, sessionId);
      if (snapshot === null) throw new Error("the session was not stored");
      // The end is stored, and reads as it was answered.
      expect(snapshot.session.endedAt).toBe(outcome.fate.endedAt);
      expect(fateOf(snapshot)).toEqual(outcome.fate);
      return outcome.fate;
    };

    for (const [reason, times, limits, ago] of [
      ["idle", { lastActiveAt: -40 * MINUTE }, SHORT_LIMITS, 30 * MINUTE],
      ["absolute", { lastActiveAt: 0 }, SHORT_LIMITS, 15 * MINUTE],
      ["absolute", { lastActiveAt: -15 * MINUTE }, LIMITS, 10 * MINUTE],
    ] as const)
      test(`stores the end of a session that expired ${ago / MINUTE} minutes ago (${reason}), dated at the deadline`, async (context) => {
        const now = context.clock.now();
        const sessionId = context.newId();
        const startedAt = now - 45 * MINUTE;
        const notAfter = limits === LIMITS ? now - ago : null;
        const lastActiveAt = now + times.lastActiveAt;
        const outcome = await context.firstSight({
          sessionId,
          limits,
          times: { startedAt, lastActiveAt, notAfter },
        });
        expect(await over(context, outcome, sessionId)).toEqual({
          state: "expired",
          reason,
          endedAt: now - ago,
        });
        expect(await context.auditTrail()).toEqual([{ type: "session.expired", sessionId, at: now - ago }]);
        expect((await context.latestEvent("session.expired")).details).toMatchObject({ reason });
        expect(await context.feedRows()).toEqual([]);
        expect(await context.liveSessionIds()).toEqual([]);
        await context.sweepAll();
        expect((await context.auditTrail()).length).toBe(1);
      });

    for (const after of [-1, 0, 1])
      test(`${after} ms after the deadline it is ${after < 0 ? "live" : "over"}`, async (context) => {
        const startedAt = context.clock.now() - 30 * MINUTE - after;
        const outcome = await context.firstSight({ limits: SHORT_LIMITS, times: { startedAt } });
        expect(outcome.kind).toBe(after < 0 ? "started" : "over");
      });

    test("is no sign-in: ends no other session, and leaves a known user alone", async (context) => {
      const user = context.newUser();
      const { session } = await context.adopt({ user });
      const sessionId = context.newId();
      const before = await context.store.readUser(context.accountId, user.id);
      const outcome = await context.firstSight({
        sessionId,
        user: { ...user, name: "Old name", role: "member" },
        times: { startedAt: context.clock.now() - 2 * DAY },
        endsOthers: "password_changed",
        sessionsPerUser: 1,
        replaces: { accountId: context.accountId, sessionId: session.id, provenThumbprint: null },
      });
      expect((await over(context, outcome, sessionId)).state).toBe("expired");
      expect(await context.store.readUser(context.accountId, user.id)).toEqual(before);
      expect(await context.liveSessionIds()).toEqual([session.id]);
      expect(await context.feedRows()).toEqual([]);
    });

    test("stores a user who was not known, as of the start", async (context) => {
      const user = context.newUser();
      const startedAt = context.clock.now() - 2 * DAY;
      await context.firstSight({ user, times: { startedAt } });
      expect(await context.store.readUser(context.accountId, user.id)).toEqual({
        accountId: context.accountId,
        ...user,
        disabled: false,
        lastLoginAt: startedAt,
        epoch: 0,
        roleEpoch: 0,
      });
    });

    test("answers exists the next time", async (context) => {
      const sessionId = context.newId();
      const times = { startedAt: context.clock.now() - 2 * DAY };
      const outcomes = await Promise.all([1, 2].map(() => context.firstSight({ sessionId, times })));
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["exists", "over"]);
      expect((await context.auditTrail("session.expired")).length).toBe(1);
    });

    test("judges a session that no host issued in the same way", async (context) => {
      const sessionId = context.newId();
      const outcome = await context.firstSight({
        sessionId,
        governed: null,
        times: { startedAt: context.clock.now() - 2 * DAY },
      });
      expect((await over(context, outcome, sessionId)).state).toBe("expired");
      expect((await context.readSession({ id: sessionId })).isGoverned).toBe(false);
    });
  });

  testFaults("a first sight writes nothing if any statement fails", async (context) => {
    const user = context.newUser();
    await context.adopt({ user });
    const sessionId = context.newId();
    const times = { startedAt: context.clock.now() - HOUR };
    return () => context.firstSight({ user, sessionId, times, endsOthers: "password_changed" });
  });

  testFaults("the first sight of an ended session writes nothing if any statement fails", async (context) => {
    const sessionId = context.newId();
    const times = { startedAt: context.clock.now() - 2 * DAY };
    return () => context.firstSight({ sessionId, times });
  });
}
