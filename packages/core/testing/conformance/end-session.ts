import type { RevocationReason } from "../../src/session/session.js";
import type { CloseOutcome, EndOutcome } from "../../src/store.js";
import type { Suite } from "./suite.js";
import { eventOf, HOUR, MINUTE, SHORT_LIMITS, type StoreTestContext } from "./test-context.js";

/** `endSession` and `closeExpired`: the end of one session, stored once. */
export function describeEndSession({ describe, test, testFaults, expect }: Suite): void {
  const end = (
    context: StoreTestContext,
    sessionId: string,
    reason: RevocationReason = "signed_out",
    userId?: string,
  ): Promise<EndOutcome> =>
    context.store.endSession({
      accountId: context.accountId,
      sessionId,
      ...(userId === undefined ? {} : { userId }),
      reason,
      event: eventOf("user.signed_out", { sessionId, ip: "192.0.2.7", details: { by: "test" } }),
    });

  describe("endSession", () => {
    test("ends a live session now, with a feed row and an event", async (context) => {
      const { session, user } = await context.signIn();
      context.clock.stall(5);
      const now = context.clock.now();
      const outcome = await context.store.endSession({
        accountId: context.accountId,
        sessionId: session.id,
        reason: "revoked_by_user",
        event: eventOf("session.revoked", {
          actorId: user.id,
          sessionId: session.id,
          ip: "192.0.2.7",
          details: { reason: "revoked_by_user" },
        }),
      });
      const [row] = await context.feedRows();
      expect(row).toMatchObject({
        accountId: context.accountId,
        at: now,
        scope: "session",
        sessionId: session.id,
        reason: "revoked_by_user",
      });
      expect(outcome).toEqual({ kind: "ended", feed: [row], now });
      expect(await context.readSession(session)).toEqual({
        ...session,
        endedAt: now,
        endReason: "revoked_by_user",
      });
      expect(await context.latestEvent("session.revoked")).toMatchObject({
        at: now,

        actor: { id: user.id, name: user.name, email: user.email },
        sessionId: session.id,
        ip: "192.0.2.7",
        details: { reason: "revoked_by_user" },
      });
    });

    test("ends no other session of the user", async (context) => {
      const first = await context.signIn();
      const second = await context.signIn({ user: first.user });
      await end(context, first.session.id);
      expect(await context.liveSessionIds()).toEqual([second.session.id]);
      expect(await context.store.readUser(context.accountId, first.user.id)).toMatchObject({ epoch: 0 });
    });

    test("keeps the first reason: a second end changes and records nothing", async (context) => {
      const { session } = await context.signIn();
      await end(context, session.id);
      context.clock.stall(5);
      const before = await context.snapshot();
      expect(await end(context, session.id, "token_reused")).toEqual({ kind: "not_live" });
      expect(await context.snapshot()).toEqual(before);
      expect(await context.fate(session)).toMatchObject({ reason: "signed_out" });
    });

    test("ends only a session of the given user", async (context) => {
      const { session, user } = await context.signIn();
      const { user: otherUser } = await context.signIn();
      expect(await end(context, session.id, "revoked_by_user", otherUser.id)).toEqual({ kind: "not_live" });
      expect(await context.fate(session)).toEqual({ state: "live" });
      expect(await end(context, session.id, "revoked_by_user", user.id)).toMatchObject({ kind: "ended" });
    });

    test("ends no session of another account", async (context) => {
      const { session } = await context.signIn();
      const other = context.otherAccount();
      await other.signIn();
      expect(await end(other, session.id)).toEqual({ kind: "not_live" });
      expect(await end(context, context.newId())).toEqual({ kind: "not_live" });
      expect(await context.fate(session)).toEqual({ state: "live" });
      expect(await other.auditTrail("user.signed_out")).toEqual([]);
    });

    test("does not end a session of a signed-out account again", async (context) => {
      const { session } = await context.signIn();
      const { now } = await context.revokeAccount();
      expect(await end(context, session.id)).toEqual({ kind: "not_live" });
      expect(await context.fate(session)).toEqual({
        state: "revoked",
        reason: "revoked_by_owner",
        endedAt: now,
      });
    });

    for (const before of [1, 0, -1])
      test(`${before} ms before a deadline ${before > 0 ? "ends it" : "answers not_live"}`, async (context) => {
        const { session } = await context.signIn({ limits: SHORT_LIMITS });
        context.clock.stall(10 * MINUTE - before);
        const outcome = await end(context, session.id);
        expect(outcome.kind).toBe(before > 0 ? "ended" : "not_live");
        expect(await context.fate(session)).toEqual(
          before > 0
            ? { state: "revoked", reason: "signed_out", endedAt: session.idleExpiresAt - 1 }
            : { state: "expired", reason: "idle", endedAt: session.idleExpiresAt },
        );
      });

    test("called concurrently ends the session once", async (context) => {
      for (let round = 0; round < 20; round++) {
        const { session } = await context.signIn();
        const outcomes = await Promise.all([
          end(context, session.id, "signed_out"),
          end(context, session.id, "revoked_by_user"),
          end(context, session.id, "revoked_by_owner"),
        ]);
        expect(outcomes.filter((outcome) => outcome.kind === "ended").length).toBe(1);
        expect((await context.auditTrail("user.signed_out")).length).toBe(round + 1);
      }
    });

    test("concurrent with an account-wide sign-out has one reason and is counted once", async (context) => {
      for (let round = 0; round < 20; round++) {
        const { session } = await context.signIn();
        const [ended, revoked] = await Promise.all([end(context, session.id), context.revokeAccount()]);
        expect(revoked.count).toBe(ended.kind === "ended" ? 0 : 1);
        expect(await context.fate(session)).toMatchObject({
          reason: ended.kind === "ended" ? "signed_out" : "revoked_by_owner",
        });
      }
    });

    testFaults("writes nothing if any statement fails", async (context) => {
      const { session } = await context.signIn();
      return async () => {
        if ((await end(context, session.id)).kind !== "ended") throw new Error("not ended");
      };
    });
  });

  describe("closeExpired", () => {
    const close = (context: StoreTestContext, sessionId: string): Promise<CloseOutcome> =>
      context.store.closeExpired(context.accountId, sessionId);

    test("answers the end, and whether this call stored it", async (context) => {
      const { session } = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE);
      const fate = { state: "expired", reason: "idle", endedAt: session.idleExpiresAt };
      expect(await close(context, session.id)).toEqual({ kind: "ended", fate, closed: true });
      context.clock.stall(5);
      expect(await close(context, session.id)).toEqual({ kind: "ended", fate, closed: false });
    });

    test("answers live before the deadline, also one that a refresh moved or the clock was set back from", async (context) => {
      const { session } = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE - 1);
      expect(await close(context, session.id)).toEqual({ kind: "live" });
      await context.refresh(session);
      context.clock.stall(1);
      expect(await close(context, session.id)).toEqual({ kind: "live" });
      context.clock.stall(10 * MINUTE);
      context.clock.step(-5 * MINUTE);
      expect(await close(context, session.id)).toEqual({ kind: "live" });
      expect(await context.readSession(session)).toMatchObject({ endedAt: null });
    });

    test("answers the end that another act gave the session", async (context) => {
      const ended = await context.signIn({ limits: SHORT_LIMITS });
      const signedOut = await context.signIn({ limits: SHORT_LIMITS });
      await end(context, ended.session.id);
      const { now } = await context.revokeAccount();
      context.clock.stall(HOUR);
      expect(await close(context, ended.session.id)).toMatchObject({
        kind: "ended",
        fate: { state: "revoked", reason: "signed_out" },
        closed: false,
      });
      expect(await close(context, signedOut.session.id)).toEqual({
        kind: "ended",
        fate: { state: "revoked", reason: "revoked_by_owner", endedAt: now },
        closed: false,
      });
    });

    test("answers not_found for a session that the account does not have", async (context) => {
      const { session } = await context.signIn();
      const other = context.otherAccount();
      await other.signIn();
      expect(await close(other, session.id)).toEqual({ kind: "not_found" });
      expect(await close(context, context.newId())).toEqual({ kind: "not_found" });
    });

    test("concurrent with a refresh that was dated before the deadline has the last word", async (context) => {
      for (let round = 0; round < 20; round++) {
        const { session } = await context.signIn({ limits: SHORT_LIMITS });
        context.clock.stall(10 * MINUTE - 1);
        const refreshing = context.refresh(session);
        context.clock.stall(1);
        const [refreshed, closed] = await Promise.all([refreshing, close(context, session.id)]);
        expect(closed.kind).toBe(refreshed === null ? "ended" : "live");
        expect((await context.fate(session))?.state).toBe(refreshed === null ? "expired" : "live");
      }
    });

    for (const after of [-1, 0, 1])
      test(`${after} ms after the deadline ${after < 0 ? "writes nothing" : "writes the end"}`, async (context) => {
        const { session } = await context.signIn({ limits: SHORT_LIMITS });
        context.clock.stall(10 * MINUTE + after);
        await context.store.closeExpired(context.accountId, session.id);
        const closed = { ...session, endedAt: session.idleExpiresAt, endReason: "idle" };
        expect(await context.readSession(session)).toEqual(after < 0 ? session : closed);
        expect(await context.auditTrail("session.expired")).toEqual(
          after < 0 ? [] : [{ type: "session.expired", sessionId: session.id, at: session.idleExpiresAt }],
        );
      });

    test("dates the end at the deadline, however late it is called, and records the reason", async (context) => {
      const { session, user } = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(5 * HOUR);
      await context.store.closeExpired(context.accountId, session.id);
      const { items } = await context.store.listEvents({
        accountId: context.accountId,
        limit: 9,
        after: null,
      });
      const expired = items.find((item) => item.type === "session.expired");
      expect(expired).toMatchObject({
        at: session.idleExpiresAt,
        actor: null,
        sessionId: session.id,
        details: { reason: "idle", user_id: user.id },
      });
      expect(await context.fate(session)).toEqual({
        state: "expired",
        reason: "idle",
        endedAt: session.idleExpiresAt,
      });
      expect(items.some((item) => item.actor?.id === user.id && item.type === "user.signed_in")).toBe(true);
    });

    test("has the reason absolute if both deadlines are equal", async (context) => {
      const { session } = await context.signIn({ limits: { idleMinutes: 30, absoluteMinutes: 30 } });
      context.clock.stall(30 * MINUTE);
      await context.store.closeExpired(context.accountId, session.id);
      expect(await context.readSession(session)).toMatchObject({
        endReason: "absolute",
        endedAt: session.absoluteExpiresAt,
      });
    });

    test("writes the end once, also when called concurrently", async (context) => {
      const { session } = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE);
      const outcomes = await Promise.all([1, 2, 3].map(() => close(context, session.id)));
      expect(outcomes.filter((outcome) => outcome.kind === "ended" && outcome.closed).length).toBe(1);
      context.clock.stall(HOUR);
      await close(context, session.id);
      expect((await context.auditTrail("session.expired")).length).toBe(1);
    });

    test("changes nothing about a session that was ended before its deadline", async (context) => {
      const ended = await context.signIn({ limits: SHORT_LIMITS });
      const signedOut = await context.signIn({ limits: SHORT_LIMITS });
      await end(context, ended.session.id);
      await context.revokeAccount();
      context.clock.stall(HOUR);
      await context.store.closeExpired(context.accountId, ended.session.id);
      await context.store.closeExpired(context.accountId, signedOut.session.id);
      expect(await context.fate(ended.session)).toMatchObject({ reason: "signed_out" });
      expect(await context.fate(signedOut.session)).toMatchObject({ reason: "revoked_by_owner" });
      expect(await context.auditTrail("session.expired")).toEqual([]);
    });

    test("writes the end of a session that expired before the account was signed out", async (context) => {
      const { session } = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(11 * MINUTE);
      expect((await context.revokeAccount()).count).toBe(0);
      await context.store.closeExpired(context.accountId, session.id);
      expect(await context.readSession(session)).toMatchObject({
        endReason: "idle",
        endedAt: session.idleExpiresAt,
      });
      expect((await context.auditTrail("session.expired")).length).toBe(1);
    });

    test("changes nothing about a session of another account", async (context) => {
      const { session } = await context.signIn({ limits: SHORT_LIMITS });
      const other = context.otherAccount();
      await other.signIn();
      context.clock.stall(10 * MINUTE);
      await context.store.closeExpired(other.accountId, session.id);
      expect(await context.readSession(session)).toEqual(session);
      expect(await other.auditTrail("session.expired")).toEqual([]);
    });

    testFaults("writes nothing if any statement fails", async (context) => {
      const { session } = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE);
      return () => context.store.closeExpired(context.accountId, session.id);
    });
  });
}
