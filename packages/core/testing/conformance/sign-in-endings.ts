import type { Suite } from "./suite.js";
import { MINUTE } from "./world.js";

/** `startSession` where it ends other sessions: too many, the browser's old one, or all of the user's. */
export function describeSignInEndings<Extra>({ describe, test, expect }: Suite<Extra>): void {
  describe("startSession with a limit on sessions", () => {
    test("ends the one that was longest unused, and no other", async (world) => {
      const user = world.person();
      const first = await world.signIn({ user });
      world.clock.stall(10);
      const second = await world.signIn({ user });
      world.clock.stall(10);
      await world.refresh(first.session);
      world.clock.stall(10);
      const third = await world.signIn({ user, sessionsPerUser: 2 });
      const now = world.clock.now();
      expect(await world.fate(second.session)).toEqual({
        state: "revoked",
        reason: "session_limit",
        endedAt: now,
      });
      expect(await world.listed()).toEqual([third.session.id, first.session.id]);
      expect(third.feed.length).toBe(1);
      expect(third.feed[0]).toMatchObject({
        scope: "session",
        accountId: world.accountId,
        sessionId: second.session.id,
        reason: "session_limit",
        at: now,
      });
      expect(third.endedCount).toBe(1);
      expect(await world.trail("session.revoked")).toEqual([
        { type: "session.revoked", sessionId: second.session.id, at: now },
      ]);
      expect(await world.recorded("session.revoked")).toMatchObject({
        actor: null,
        details: { reason: "session_limit", user_id: user.id },
      });
    });

    test("ends as many as are too many, and never the new one", async (world) => {
      const user = world.person();
      for (let count = 0; count < 4; count++) {
        await world.signIn({ user });
        world.clock.stall(1);
      }
      const newest = await world.signIn({ user, sessionsPerUser: 1 });
      expect(await world.listed()).toEqual([newest.session.id]);
      expect(newest.endedCount).toBe(4);
    });

    test("pushes nobody out for a session that was born dead", async (world) => {
      const { user } = await world.signIn();
      const prepared = await world.store.readSignIn(world.accountId, user.id);
      await world.revokeAccount();
      const kept = await world.signIn({ user });
      const dead = await world.signIn({ user, prepared, sessionsPerUser: 1 });
      expect(dead).toMatchObject({ feed: [], endedCount: 0 });
      expect(await world.listed()).toEqual([kept.session.id]);
    });

    test("counts neither ended sessions nor those of others", async (world) => {
      const user = world.person();
      const expired = await world.signIn({ user, limits: { idleMinutes: 10, absoluteMinutes: 30 } });
      world.clock.stall(10 * MINUTE);
      await world.signIn();
      const kept = await world.signIn({ user });
      world.clock.stall(1);
      const newest = await world.signIn({ user, sessionsPerUser: 2 });
      expect(await world.listed(user.id)).toEqual([newest.session.id, kept.session.id]);
      expect(await world.fate(expired.session)).toMatchObject({ state: "expired", reason: "idle" });
    });
  });

  describe("startSession in place of an old session", () => {
    const replaces = (
      session: { accountId: string; id: string },
      provenThumbprint: string | null = null,
    ) => ({
      accountId: session.accountId,
      sessionId: session.id,
      provenThumbprint,
    });

    test("ends the old one as signed out, with a feed row and an event", async (world) => {
      const old = await world.signIn();
      world.clock.stall(7);
      const next = await world.signIn({ user: old.user, replaces: replaces(old.session) });
      const now = world.clock.now();
      expect(await world.fate(old.session)).toEqual({ state: "revoked", reason: "signed_out", endedAt: now });
      expect(next.feed.length).toBe(1);
      expect(next.feed[0]).toMatchObject({
        scope: "session",
        sessionId: old.session.id,
        reason: "signed_out",
      });
      expect(await world.trail("user.signed_out")).toEqual([
        { type: "user.signed_out", sessionId: old.session.id, at: now },
      ]);
      expect(await world.recorded("user.signed_out")).toMatchObject({
        actor: { id: old.user.id },
        details: { reason: "signed_out", user_id: old.user.id },
      });
      expect(await world.listed()).toEqual([next.session.id]);
    });

    test("ends it in whichever account it is, and records that there", async (world) => {
      const other = world.elsewhere();
      const old = await other.signIn();
      const next = await world.signIn({ replaces: replaces(old.session) });
      expect(await other.fate(old.session)).toMatchObject({ state: "revoked", reason: "signed_out" });
      expect(next.feed[0]).toMatchObject({ scope: "session", accountId: other.accountId });
      expect((await other.trail("user.signed_out")).length).toBe(1);
      expect((await world.trail("user.signed_out")).length).toBe(0);
    });

    test("ends a bound one only with the proof of its key", async (world) => {
      const old = await world.signIn({ keyThumbprint: "key" });
      for (const proven of [null, "another key"])
        expect(await world.signIn({ replaces: replaces(old.session, proven) })).toMatchObject({
          feed: [],
          endedCount: 0,
        });
      expect(await world.fate(old.session)).toEqual({ state: "live" });
      await world.signIn({ replaces: replaces(old.session, "key") });
      expect(await world.fate(old.session)).toMatchObject({ state: "revoked", reason: "signed_out" });
    });

    test("ends an unbound one whatever key the new one has", async (world) => {
      const old = await world.signIn();
      await world.signIn({ replaces: replaces(old.session, "key"), keyThumbprint: "key" });
      expect(await world.fate(old.session)).toMatchObject({ state: "revoked", reason: "signed_out" });
    });

    test("changes nothing about one that is over, or that is not there", async (world) => {
      const expired = await world.signIn({ limits: { idleMinutes: 10, absoluteMinutes: 30 } });
      world.clock.stall(10 * MINUTE);
      const next = await world.signIn({ replaces: replaces(expired.session) });
      expect(await world.fate(expired.session)).toEqual({
        state: "expired",
        reason: "idle",
        endedAt: expired.session.idleExpiresAt,
      });
      const nowhere = { accountId: world.elsewhere().accountId, id: next.session.id };
      const last = await world.signIn({ replaces: replaces(nowhere) });
      expect(last.feed).toEqual([]);
      expect(await world.fate(next.session)).toEqual({ state: "live" });
    });
  });

  describe("startSession that ends the others", () => {
    test("ends every open session of the user, raises the user's epoch, and lives", async (world) => {
      const first = await world.signIn();
      await world.signIn({ user: first.user });
      const someone = await world.signIn();
      world.clock.stall(1);
      const next = await world.signIn({ user: first.user, endsOthers: "password_changed" });
      const now = world.clock.now();
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
      expect(await world.fate(first.session)).toEqual({
        state: "revoked",
        reason: "password_changed",
        endedAt: now,
      });
      expect(await world.listed()).toEqual([next.session.id, someone.session.id]);
    });

    test("counts no session that had expired", async (world) => {
      const first = await world.signIn({ limits: { idleMinutes: 10, absoluteMinutes: 30 } });
      world.clock.stall(10 * MINUTE);
      const next = await world.signIn({ user: first.user, endsOthers: "password_changed" });
      expect(next.endedCount).toBe(0);
      expect(await world.fate(first.session)).toMatchObject({ state: "expired", reason: "idle" });
    });

    test("leaves the same user id of another account alone", async (world) => {
      const first = await world.signIn();
      const other = world.elsewhere();
      const there = await other.signIn({ user: first.user });
      await world.signIn({ user: first.user, endsOthers: "password_changed" });
      expect(await other.fate(there.session)).toEqual({ state: "live" });
    });
  });
}
