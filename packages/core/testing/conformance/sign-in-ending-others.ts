import { createRevocationMemory } from "../../src/revocation/memory.js";
import type { Suite } from "./suite.js";
import { MINUTE, SHORT_LIMITS } from "./test-context.js";

/** `startSession` that ends other sessions: beyond the limit, the browser's previous one, or all of the user's. */
export function describeSignInEndingOthers({ describe, test, expect }: Suite): void {
  describe("startSession beyond sessionsPerUser", () => {
    test("ends the least recently used session, and no other", async (context) => {
      const user = context.newUser();
      const first = await context.signIn({ user });
      context.clock.stall(10);
      const second = await context.signIn({ user });
      context.clock.stall(10);
      await context.refresh(first.session);
      context.clock.stall(10);
      const third = await context.signIn({ user, sessionsPerUser: 2 });
      const now = context.clock.now();
      expect(await context.fate(second.session)).toEqual({
        state: "revoked",
        reason: "session_limit",
        endedAt: now,
      });
      expect(await context.liveSessionIds()).toEqual([third.session.id, first.session.id]);
      expect(third.feed.length).toBe(1);
      expect(third.feed[0]).toMatchObject({
        scope: "session",
        accountId: context.accountId,
        sessionId: second.session.id,
        reason: "session_limit",
        at: now,
      });
      expect(third.endedCount).toBe(1);
      expect(await context.auditTrail("session.revoked")).toEqual([
        { type: "session.revoked", sessionId: second.session.id, at: now },
      ]);
      expect(await context.latestEvent("session.revoked")).toMatchObject({
        actor: null,
        details: { reason: "session_limit", user_id: user.id },
      });
    });

    test("ends every session beyond the limit, never the new one", async (context) => {
      const user = context.newUser();
      for (let count = 0; count < 4; count++) {
        await context.signIn({ user });
        context.clock.stall(1);
      }
      const newest = await context.signIn({ user, sessionsPerUser: 1 });
      expect(await context.liveSessionIds()).toEqual([newest.session.id]);
      expect(newest.endedCount).toBe(4);
    });

    test("ends no session for one that does not start", async (context) => {
      const { user } = await context.signIn();
      const prepared = await context.store.readSignIn(context.accountId, user.id);
      await context.revokeAccount();
      const kept = await context.signIn({ user });
      const outcome = await context.startSession({ user, prepared, sessionsPerUser: 1 });
      expect(outcome.kind).toBe("account_moved");
      expect(await context.liveSessionIds()).toEqual([kept.session.id]);
    });

    test("counts neither ended sessions nor those of other users", async (context) => {
      const user = context.newUser();
      const expired = await context.signIn({ user, limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE);
      await context.signIn();
      const kept = await context.signIn({ user });
      context.clock.stall(1);
      const newest = await context.signIn({ user, sessionsPerUser: 2 });
      expect(await context.liveSessionIds(user.id)).toEqual([newest.session.id, kept.session.id]);
      expect(await context.fate(expired.session)).toMatchObject({ state: "expired", reason: "idle" });
    });
  });

  describe("startSession that replaces a session", () => {
    const replaces = (
      session: { accountId: string; id: string },
      provenThumbprint: string | null = null,
    ) => ({
      accountId: session.accountId,
      sessionId: session.id,
      provenThumbprint,
    });

    test("ends the replaced session as signed_out, with a feed row and an event", async (context) => {
      const old = await context.signIn();
      context.clock.stall(7);
      const next = await context.signIn({ user: old.user, replaces: replaces(old.session) });
      const now = context.clock.now();
      expect(await context.fate(old.session)).toEqual({
        state: "revoked",
        reason: "signed_out",
        endedAt: now,
      });
      expect(next.feed.length).toBe(1);
      expect(next.feed[0]).toMatchObject({
        scope: "session",
        sessionId: old.session.id,
        reason: "signed_out",
      });
      expect(await context.auditTrail("user.signed_out")).toEqual([
        { type: "user.signed_out", sessionId: old.session.id, at: now },
      ]);
      expect(await context.latestEvent("user.signed_out")).toMatchObject({
        actor: { id: old.user.id },
        details: { reason: "signed_out", user_id: old.user.id },
      });
      expect(await context.liveSessionIds()).toEqual([next.session.id]);
    });

    test("ends and records it in its own account", async (context) => {
      const other = context.otherAccount();
      const old = await other.signIn();
      const next = await context.signIn({ replaces: replaces(old.session) });
      expect(await other.fate(old.session)).toMatchObject({ state: "revoked", reason: "signed_out" });
      expect(next.feed[0]).toMatchObject({ scope: "session", accountId: other.accountId });
      expect((await other.auditTrail("user.signed_out")).length).toBe(1);
      expect((await context.auditTrail("user.signed_out")).length).toBe(0);
    });

    test("ends a bound session only with the proof of its key", async (context) => {
      const old = await context.signIn({ keyThumbprint: "key" });
      for (const thumbprint of [null, "another key"])
        expect(await context.signIn({ replaces: replaces(old.session, thumbprint) })).toMatchObject({
          feed: [],
          endedCount: 0,
        });
      expect(await context.fate(old.session)).toEqual({ state: "live" });
      await context.signIn({ replaces: replaces(old.session, "key") });
      expect(await context.fate(old.session)).toMatchObject({ state: "revoked", reason: "signed_out" });
    });

    test("ends an unbound session whatever the new session's key", async (context) => {
      const old = await context.signIn();
      await context.signIn({ replaces: replaces(old.session, "key"), keyThumbprint: "key" });
      expect(await context.fate(old.session)).toMatchObject({ state: "revoked", reason: "signed_out" });
    });

    test("changes nothing about an ended or unknown session", async (context) => {
      const expired = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE);
      const next = await context.signIn({ replaces: replaces(expired.session) });
      expect(await context.fate(expired.session)).toEqual({
        state: "expired",
        reason: "idle",
        endedAt: expired.session.idleExpiresAt,
      });
      const unknown = { accountId: context.otherAccount().accountId, id: next.session.id };
      const last = await context.signIn({ replaces: replaces(unknown) });
      expect(last.feed).toEqual([]);
      expect(await context.fate(next.session)).toEqual({ state: "live" });
    });
  });

  describe("startSession with endsOthers", () => {
    test("ends every other live session of the user and raises the user's epoch", async (context) => {
      const first = await context.signIn();
      await context.signIn({ user: first.user });
      const otherUser = await context.signIn();
      context.clock.stall(1);
      const next = await context.signIn({ user: first.user, endsOthers: "password_changed" });
      const now = context.clock.now();
      expect(next.endedCount).toBe(2);
      expect(next.user.epoch).toBe(1);
      expect(next.feed.length).toBe(1);
      expect(next.feed[0]).toMatchObject({
        scope: "user",
        userId: first.user.id,
        epoch: 1,
        reason: "password_changed",
        at: now,
      });
      expect(await context.fate(first.session)).toEqual({
        state: "revoked",
        reason: "password_changed",
        endedAt: now,
      });
      expect(await context.liveSessionIds()).toEqual([next.session.id, otherUser.session.id]);
    });

    for (const [kind, begin] of [
      ["a session", "signIn"],
      ["a host session", "adopt"],
    ] as const)
      test(`spares ${kind} that begins so in the feed, as another process judges it`, async (context) => {
        const other = await context.signIn();
        const next = await context[begin]({ user: other.user, endsOthers: "password_changed" });
        const rows = await context.feedRows();
        expect(rows.map((row) => row.scope === "user" && row.spares)).toEqual([next.session.id]);
        const elsewhere = createRevocationMemory();
        elsewhere.add(rows);
        const judge = ({ session, user, account }: typeof next) =>
          elsewhere.judge({
            accountId: context.accountId,
            userId: user.id,
            sessionId: session.id,
            accountEpoch: session.accountEpoch,
            userEpoch: user.epoch,
            policyVersion: account.policyVersion,
          });
        expect(judge(next)).toEqual({ kind: "good" });
        expect(judge(other)).toMatchObject({ kind: "revoked", reason: "password_changed" });
        // What is read of the new session later stands so too.
        const read = await context.store.readSession(context.accountId, next.session.id);
        expect(read !== null && judge({ ...next, ...read })).toEqual({ kind: "good" });
      });

    test("does not count expired sessions", async (context) => {
      const first = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE);
      const next = await context.signIn({ user: first.user, endsOthers: "password_changed" });
      expect(next.endedCount).toBe(0);
      expect(await context.fate(first.session)).toMatchObject({ state: "expired", reason: "idle" });
    });

    test("ends no session of a user with the same id in another account", async (context) => {
      const first = await context.signIn();
      const other = context.otherAccount();
      const otherSession = await other.signIn({ user: first.user });
      await context.signIn({ user: first.user, endsOthers: "password_changed" });
      expect(await other.fate(otherSession.session)).toEqual({ state: "live" });
    });
  });
}
