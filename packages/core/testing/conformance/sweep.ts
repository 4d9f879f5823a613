import type { SweepInput, SweepOutcome } from "../../src/store.js";
import type { Suite } from "./suite.js";
import { DAY, eventOf, HOUR, MINUTE, SHORT_LIMITS, type StoreTestContext } from "./test-context.js";

const SWEEP_INPUT: SweepInput = {
  batch: 100,
  endedRetentionMs: 30 * DAY,
  feedRetentionMs: HOUR,
  auditRetentionMs: 365 * DAY,
};

/** More calls than the backlog of any test needs. */
const MAX_CALLS = 100;

/** `sweep`: stores the ends of sessions that are over and deletes old rows, in batches. */
export function describeSweep({ describe, test, testFaults, expect }: Suite): void {
  /** Sweeps until nothing remains to be done. Returns the outcome of each call. */
  async function sweepAll(
    context: StoreTestContext,
    input: Partial<SweepInput> = {},
  ): Promise<SweepOutcome[]> {
    const outcomes: SweepOutcome[] = [];
    for (let call = 0; call < MAX_CALLS; call++) {
      const outcome = await context.store.sweep({ ...SWEEP_INPUT, ...input });
      outcomes.push(outcome);
      if (!outcome.more) return outcomes;
    }
    throw new Error(`still sweeping after ${MAX_CALLS} calls`);
  }

  const sum = (outcomes: SweepOutcome[], key: "expired" | "closed" | "deleted"): number =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0);

  describe("sweep of expired sessions", () => {
    test("stores the end of each expired session once, dated at the deadline", async (context) => {
      const idle = await context.signIn({ limits: SHORT_LIMITS });
      const absolute = await context.signIn({ limits: { idleMinutes: 20, absoluteMinutes: 20 } });
      const live = await context.signIn();
      context.clock.stall(30 * MINUTE);
      expect(sum(await sweepAll(context), "expired")).toBe(2);
      expect(await context.readSession(idle.session)).toMatchObject({
        endReason: "idle",
        endedAt: idle.session.idleExpiresAt,
      });
      expect(await context.readSession(absolute.session)).toMatchObject({
        endReason: "absolute",
        endedAt: absolute.session.absoluteExpiresAt,
      });
      expect(await context.readSession(live.session)).toEqual(live.session);
      expect(await context.auditTrail("session.expired")).toEqual([
        { type: "session.expired", sessionId: absolute.session.id, at: absolute.session.absoluteExpiresAt },
        { type: "session.expired", sessionId: idle.session.id, at: idle.session.idleExpiresAt },
      ]);
      expect(sum(await sweepAll(context), "expired")).toBe(0);
      expect((await context.auditTrail("session.expired")).length).toBe(2);
    });

    for (const after of [-1, 0, 1])
      test(`${after} ms after a deadline stores ${after < 0 ? "nothing" : "the end"}`, async (context) => {
        const { session } = await context.signIn({ limits: SHORT_LIMITS });
        context.clock.stall(10 * MINUTE + after);
        expect(sum(await sweepAll(context), "expired")).toBe(after < 0 ? 0 : 1);
        expect((await context.readSession(session)).endedAt).toBe(after < 0 ? null : session.idleExpiresAt);
      });

    test("works in batches and returns whether there is more", async (context) => {
      for (let count = 0; count < 5; count++) await context.signIn({ limits: SHORT_LIMITS });
      const other = context.otherAccount();
      await other.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE);
      const outcomes = await sweepAll(context, { batch: 2 });
      expect(outcomes.every((outcome) => outcome.expired <= 2)).toBe(true);
      expect(sum(outcomes, "expired")).toBe(6);
      expect(outcomes[0]?.more).toBe(true);
      expect((await context.auditTrail("session.expired")).length).toBe(5);
      expect((await other.auditTrail("session.expired")).length).toBe(1);
    });

    test("called concurrently stores each end once", async (context) => {
      for (let count = 0; count < 5; count++) await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE);
      const outcomes = await Promise.all([sweepAll(context, { batch: 2 }), sweepAll(context, { batch: 2 })]);
      // Each skips the rows that the other has locked, so some may remain for the next sweep.
      const rest = await sweepAll(context, { batch: 2 });
      expect(sum([...outcomes.flat(), ...rest], "expired")).toBe(5);
      expect((await context.auditTrail("session.expired")).length).toBe(5);
    });
  });

  describe("sweep of signed-out accounts", () => {
    test("closes each session with the reason and time of its sign-out", async (context) => {
      const first = await context.signIn();
      context.clock.stall(5);
      const firstSignOut = await context.revokeAccount("revoked_by_owner");
      const second = await context.signIn();
      context.clock.stall(5);
      const secondSignOut = await context.revokeAccount("password_changed");
      const live = await context.signIn();
      context.clock.stall(MINUTE);
      expect(sum(await sweepAll(context), "closed")).toBe(2);
      expect(await context.readSession(first.session)).toMatchObject({
        endReason: "revoked_by_owner",
        endedAt: firstSignOut.now,
      });
      expect(await context.readSession(second.session)).toMatchObject({
        endReason: "password_changed",
        endedAt: secondSignOut.now,
      });
      expect(await context.readSession(live.session)).toEqual(live.session);
      expect(await context.auditTrail("session.expired")).toEqual([]);
    });

    test("never closes the spared session", async (context) => {
      const spared = await context.signIn();
      const other = await context.signIn();
      await context.revokeAccount("revoked_by_owner", spared.session);
      expect(sum(await sweepAll(context), "closed")).toBe(1);
      expect(await context.fate(spared.session)).toEqual({ state: "live" });
      expect(await context.readSession(other.session)).toMatchObject({ endReason: "revoked_by_owner" });
    });

    test("closes as expired a session that expired before the sign-out", async (context) => {
      const { session } = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(11 * MINUTE);
      await context.revokeAccount();
      await sweepAll(context);
      expect(await context.readSession(session)).toMatchObject({
        endReason: "idle",
        endedAt: session.idleExpiresAt,
      });
      expect((await context.auditTrail("session.expired")).length).toBe(1);
    });

    test("counts expired and signed-out sessions separately in one call", async (context) => {
      await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(11 * MINUTE);
      await context.signIn();
      await context.signIn();
      await context.revokeAccount();
      expect(await context.store.sweep(SWEEP_INPUT)).toMatchObject({
        expired: 1,
        closed: 2,
        deleted: 0,
        more: false,
      });
    });

    test("counts a signed-out session whose deadline has passed too as closed, and as a part of the batch", async (context) => {
      await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(11 * MINUTE);
      await context.signIn({ limits: SHORT_LIMITS });
      await context.revokeAccount();
      context.clock.stall(11 * MINUTE);
      expect(await context.store.sweep({ ...SWEEP_INPUT, batch: 2 })).toMatchObject({
        expired: 1,
        closed: 1,
        more: true,
      });
    });

    test("counts sessions that expired before the sign-out as expired, also those beyond the batch of expired ones", async (context) => {
      for (let count = 0; count < 2; count++) await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(11 * MINUTE);
      await context.revokeAccount();
      expect(await context.store.sweep({ ...SWEEP_INPUT, batch: 1 })).toMatchObject({
        expired: 2,
        closed: 0,
        more: true,
      });
    });

    test("closes as revoked a session whose deadline passed after the sign-out", async (context) => {
      const { session } = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(9 * MINUTE);
      const { now } = await context.revokeAccount();
      context.clock.stall(HOUR);
      await sweepAll(context);
      expect(await context.readSession(session)).toMatchObject({
        endReason: "revoked_by_owner",
        endedAt: now,
      });
      expect(await context.auditTrail("session.expired")).toEqual([]);
    });

    test("works in batches; a session that is not yet closed is revoked already", async (context) => {
      const sessions = [];
      for (let count = 0; count < 5; count++) sessions.push((await context.signIn()).session);
      const { now } = await context.revokeAccount();
      const first = await context.store.sweep({ ...SWEEP_INPUT, batch: 2 });
      expect(first).toMatchObject({ closed: 2, more: true });
      for (const session of sessions)
        expect(await context.fate(session)).toEqual({
          state: "revoked",
          reason: "revoked_by_owner",
          endedAt: now,
        });
      expect(await context.liveSessionIds()).toEqual([]);
      expect(sum(await sweepAll(context, { batch: 2 }), "closed")).toBe(3);
    });

    test("changes the state of no session", async (context) => {
      const revoked = await context.signIn();
      const spared = await context.signIn();
      await context.revokeAccount("revoked_by_owner", spared.session);
      const expired = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE);
      const fates = async () =>
        Promise.all([revoked, spared, expired].map(({ session }) => context.fate(session)));
      const before = await fates();
      await sweepAll(context, { batch: 1 });
      expect(await fates()).toEqual(before);
      expect(before.map((fate) => fate?.state)).toEqual(["revoked", "live", "expired"]);
    });
  });

  describe("sweep of old rows", () => {
    const hasSession = async (context: StoreTestContext, id: string): Promise<boolean> =>
      (await context.store.readSession(context.accountId, id)) !== null;

    test("keeps an ended session for its retention, then deletes it", async (context) => {
      const revoked = await context.signIn();
      await context.revokeUser(revoked.user.id);
      const signedOut = await context.signIn();
      await context.revokeAccount();
      await sweepAll(context);
      context.clock.stall(30 * DAY - 1);
      await sweepAll(context);
      expect(await context.fate(revoked.session)).toMatchObject({ reason: "revoked_by_owner" });
      expect(await context.fate(signedOut.session)).toMatchObject({ reason: "revoked_by_owner" });
      context.clock.stall(2);
      expect(sum(await sweepAll(context), "deleted") >= 2).toBe(true);
      expect(await hasSession(context, revoked.session.id)).toBe(false);
      expect(await hasSession(context, signedOut.session.id)).toBe(false);
    });

    test("keeps an expired session for its retention from its deadline", async (context) => {
      const { session } = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE + 30 * DAY - 1);
      await sweepAll(context);
      expect(await context.fate(session)).toMatchObject({ state: "expired", reason: "idle" });
      context.clock.stall(2);
      await sweepAll(context);
      expect(await hasSession(context, session.id)).toBe(false);
    });

    test("never deletes a live session", async (context) => {
      const { session } = await context.signIn({
        limits: { idleMinutes: 129_600, absoluteMinutes: 129_600 },
      });
      await context.signIn();
      await context.revokeAccount("revoked_by_owner", session);
      context.clock.stall(60 * DAY);
      await sweepAll(context);
      expect(await context.fate(session)).toEqual({ state: "live" });
      expect(await context.refresh(session)).toMatchObject({ account: { epoch: 1 } });
    });

    test("never revives a session that was not swept before its account's sign-out is deleted", async (context) => {
      const limits = { idleMinutes: 129_600, absoluteMinutes: 129_600 };
      const { session } = await context.signIn({ limits });
      await context.revokeAccount();
      context.clock.stall(31 * DAY);
      await sweepAll(context, { batch: 1 });
      expect((await context.fate(session))?.state === "live").toBe(false);
      expect(await context.refresh(session)).toBe(null);
      expect(await context.liveSessionIds()).toEqual([]);
    });

    test("keeps the reason of a sign-out for a sign-in that was prepared before it", async (context) => {
      const user = context.newUser();
      const prepared = await context.store.readSignIn(context.accountId, user.id);
      const { now } = await context.revokeAccount("password_changed");
      context.clock.stall(MINUTE);
      await sweepAll(context);
      expect(await context.startSession({ user, prepared })).toEqual({
        kind: "account_moved",
        reason: "password_changed",
        at: now,
      });
    });

    test("refuses a sign-in from before a sign-out whose record was deleted", async (context) => {
      const user = context.newUser();
      const prepared = await context.store.readSignIn(context.accountId, user.id);
      await context.revokeAccount("password_changed");
      await sweepAll(context);
      context.clock.stall(31 * DAY);
      await sweepAll(context);
      expect(await context.startSession({ user, prepared })).toEqual({
        kind: "account_moved",
        reason: "revoked_by_owner",
        at: context.clock.now(),
      });
    });

    test("keeps the epochs and versions of an account and its users forever", async (context) => {
      const { user } = await context.signIn();
      await context.revokeUser(user.id);
      await context.revokeAccount();
      await context.writePolicy({ idleMinutes: 15, absoluteMinutes: 720 });
      const read = () => context.store.readSignIn(context.accountId, user.id);
      const before = await read();
      context.clock.stall(400 * DAY);
      await sweepAll(context);
      expect(await read()).toEqual(before);
    });

    test("keeps an event for its retention, then deletes it", async (context) => {
      await context.store.recordEvent(context.accountId, eventOf("account.created"));
      context.clock.stall(365 * DAY - 1);
      await sweepAll(context);
      expect((await context.auditTrail()).length).toBe(1);
      context.clock.stall(2);
      await sweepAll(context);
      expect(await context.auditTrail()).toEqual([]);
    });

    test("keeps a feed row for its retention, then deletes it", async (context) => {
      await context.revokeAccount();
      context.clock.stall(HOUR - 1);
      await sweepAll(context);
      expect((await context.feedRows()).length).toBe(1);
      context.clock.stall(2);
      await sweepAll(context);
      expect(await context.feedRows()).toEqual([]);
    });

    test("deletes in batches", async (context) => {
      const { user } = await context.signIn();
      for (let count = 0; count < 4; count++) await context.signIn({ user });
      await context.revokeUser(user.id);
      context.clock.stall(30 * DAY + 1);
      const first = await context.store.sweep({ ...SWEEP_INPUT, batch: 2 });
      expect(first.more).toBe(true);
      await sweepAll(context, { batch: 2 });
      const { items } = await context.store.listEvents({
        accountId: context.accountId,
        limit: 100,
        after: null,
      });
      const ids = items.filter((item) => item.type === "user.signed_in").map((item) => item.sessionId ?? "");
      expect(ids.length).toBe(5);
      for (const id of ids) expect(await hasSession(context, id)).toBe(false);
    });
  });

  testFaults("sweep writes nothing if any statement fails", async (context) => {
    await context.signIn({ limits: SHORT_LIMITS });
    await context.signIn();
    await context.revokeAccount();
    await context.signIn({ limits: SHORT_LIMITS });
    context.clock.stall(10 * MINUTE);
    return () => context.store.sweep(SWEEP_INPUT);
  });
}
