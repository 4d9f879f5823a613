import type { SessionSnapshot } from "../../src/session/session.js";
import type { Suite } from "./suite.js";
import { eventOf, GRACE_MS, HOUR, MINUTE, SHORT_LIMITS } from "./test-context.js";

/** `readSession`, `readSessions` and `refreshSession`: which token renews a session, when it rotates, and how use moves the deadlines. */
export function describeRefresh({ describe, test, testFaults, expect }: Suite): void {
  describe("readSession", () => {
    test("finds no session of another account", async (context) => {
      const { session } = await context.signIn();
      const other = context.otherAccount();
      await other.signIn();
      expect(await context.store.readSession(other.accountId, session.id)).toBe(null);
      expect(await context.store.readSession(context.accountId, context.newId())).toBe(null);
    });

    test("returns the first account-wide sign-out that covers a session, not the last", async (context) => {
      const { session } = await context.signIn();
      context.clock.stall(5);
      const first = await context.revokeAccount("revoked_by_owner");
      context.clock.stall(5);
      await context.revokeAccount("password_changed");
      const snapshot = await context.store.readSession(context.accountId, session.id);
      expect(snapshot).toMatchObject({
        epochEnd: { at: first.now, reason: "revoked_by_owner" },
        account: { epoch: 2 },
        now: first.now + 5,
      });
    });
  });

  describe("readSessions", () => {
    test("reads each session as readSession does, live or ended, and no other", async (context) => {
      const sessions = [];
      for (const key of [null, "key", null])
        sessions.push((await context.signIn({ keyThumbprint: key })).session);
      const [spared, ended] = sessions;
      if (spared === undefined || ended === undefined) throw new Error("a session is missing");
      context.clock.stall(5);
      await context.store.endSession({
        accountId: context.accountId,
        sessionId: ended.id,
        reason: "signed_out",
        event: eventOf("user.signed_out"),
      });
      await context.revokeAccount("revoked_by_owner", spared);
      const foreign = await context.otherAccount().signIn();
      const wanted = [...sessions.map(({ id }) => id), foreign.session.id, context.newId()];
      const byId = (a: SessionSnapshot, b: SessionSnapshot): number => (a.session.id < b.session.id ? -1 : 1);
      const read = [...(await context.store.readSessions(context.accountId, wanted))].sort(byId);
      const expected = [];
      for (const { id } of sessions) expected.push(await context.store.readSession(context.accountId, id));
      expect(read).toEqual(expected.flatMap((snapshot) => snapshot ?? []).sort(byId));
      expect(read.length).toBe(3);
      expect(await context.store.readSessions(context.accountId, [])).toEqual([]);
    });
  });

  describe("refreshSession of an unbound session", () => {
    test("rotates at the first refresh and returns session, user, account and time", async (context) => {
      const { session, user, account } = await context.signIn();
      context.clock.stall(1000);
      const now = context.clock.now();
      expect(await context.refresh(session)).toEqual({
        session: {
          ...session,
          generation: 1,
          rotatedAt: now,
          lastActiveAt: now,
          idleExpiresAt: now + HOUR,
        },
        user,
        account,
        now,
      });
      expect(await context.readSession(session)).toMatchObject({
        generation: 1,
        rotatedAt: now,
        lastActiveAt: now,
      });
    });

    test("rotates at the first refresh even right after the sign-in", async (context) => {
      const { session } = await context.signIn();
      expect(await context.refresh(session)).toMatchObject({ session: { generation: 1 } });
    });

    for (const [ageMs, generation] of [
      [GRACE_MS - 1, 1],
      [GRACE_MS, 2],
      [GRACE_MS + 1, 2],
    ] as const)
      test(`with the current token ${ageMs} ms after a rotation returns generation ${generation}`, async (context) => {
        const { session } = await context.signIn();
        const rotatedAt = context.clock.now();
        await context.refresh(session);
        context.clock.stall(ageMs);
        const again = await context.refresh(session, { generation: 1 });
        expect(again?.session).toMatchObject({
          generation,
          rotatedAt: generation === 1 ? rotatedAt : rotatedAt + ageMs,
          lastActiveAt: rotatedAt + ageMs,
        });
      });

    for (const [ageMs, isRenewed] of [
      [GRACE_MS - 1, true],
      [GRACE_MS, false],
      [GRACE_MS + 1, false],
    ] as const)
      test(`with the previous token ${ageMs} ms after the rotation ${isRenewed ? "renews" : "returns null"}`, async (context) => {
        const { session } = await context.signIn();
        await context.refresh(session);
        context.clock.stall(ageMs);
        const again = await context.refresh(session, { generation: 0 });
        expect(again?.session.generation ?? null).toBe(isRenewed ? 1 : null);
        expect(await context.fate(session)).toEqual({ state: "live" });
      });

    test("never extends the grace: it counts from the rotation", async (context) => {
      const { session } = await context.signIn();
      const first = await context.refresh(session);
      for (let count = 0; count < 3; count++) {
        context.clock.stall(3000);
        const again = await context.refresh(session, { generation: 0 });
        expect(again?.session.rotatedAt).toBe(first?.session.rotatedAt);
      }
      context.clock.stall(1000);
      expect(await context.refresh(session, { generation: 0 })).toBe(null);
    });

    test("returns null for a token two rotations old, also within the grace", async (context) => {
      const { session } = await context.signIn();
      await context.refresh(session, { graceMs: 0 });
      await context.refresh(session, { generation: 1, graceMs: 0 });
      const before = await context.readSession(session);
      expect(await context.refresh(session, { generation: 0 })).toBe(null);
      expect(await context.readSession(session)).toEqual(before);
    });

    test("without a grace rotates each time and accepts no older token", async (context) => {
      const { session } = await context.signIn();
      expect(await context.refresh(session, { graceMs: 0 })).toMatchObject({ session: { generation: 1 } });
      expect(await context.refresh(session, { generation: 1, graceMs: 0 })).toMatchObject({
        session: { generation: 2 },
      });
      expect(await context.refresh(session, { generation: 1, graceMs: 0 })).toBe(null);
    });

    test("returns null for a token of a future generation", async (context) => {
      const { session } = await context.signIn();
      expect(await context.refresh(session, { generation: 1 })).toBe(null);
      expect(await context.readSession(session)).toEqual(session);
    });
  });

  describe("refreshSession of a bound session", () => {
    test("returns null without the proof of its key, and changes nothing", async (context) => {
      const { session } = await context.signIn({ keyThumbprint: "key" });
      context.clock.stall(1000);
      for (const provenThumbprint of [null, "another key", ""])
        expect(await context.refresh(session, { provenThumbprint })).toBe(null);
      expect(await context.readSession(session)).toEqual(session);
    });

    test("renews with any older token and the proof, at any time, without rotating", async (context) => {
      const { session } = await context.signIn({ keyThumbprint: "key" });
      for (let generation = 0; generation < 3; generation++)
        await context.refresh(session, { generation, graceMs: 0 });
      context.clock.stall(30 * MINUTE);
      for (const generation of [0, 1, 2])
        expect(await context.refresh(session, { generation })).toMatchObject({ session: { generation: 3 } });
    });

    test("rotates the current token only if the last rotation is at least the grace ago", async (context) => {
      const { session } = await context.signIn({ keyThumbprint: "key" });
      expect(await context.refresh(session)).toMatchObject({ session: { generation: 1 } });
      context.clock.stall(GRACE_MS - 1);
      expect(await context.refresh(session, { generation: 1 })).toMatchObject({ session: { generation: 1 } });
      context.clock.stall(1);
      expect(await context.refresh(session, { generation: 1 })).toMatchObject({ session: { generation: 2 } });
    });

    test("returns null for a token of a future generation, also with the proof", async (context) => {
      const { session } = await context.signIn({ keyThumbprint: "key" });
      expect(await context.refresh(session, { generation: 1 })).toBe(null);
      expect(await context.readSession(session)).toEqual(session);
    });
  });

  describe("refreshSession and the deadlines", () => {
    for (const before of [1, 0, -1])
      test(`${before} ms before the idle deadline ${before > 0 ? "renews" : "returns null"}`, async (context) => {
        const { session } = await context.signIn({ limits: SHORT_LIMITS });
        context.clock.stall(10 * MINUTE - before);
        const renewed = await context.refresh(session);
        expect(renewed === null).toBe(before <= 0);
        if (before <= 0) expect(await context.readSession(session)).toEqual(session);
      });

    for (const before of [1, 0, -1])
      test(`${before} ms before the absolute deadline ${before > 0 ? "renews" : "returns null"}`, async (context) => {
        const { session } = await context.signIn({ limits: { idleMinutes: 30, absoluteMinutes: 30 } });
        context.clock.stall(20 * MINUTE);
        await context.refresh(session, { graceMs: 0 });
        context.clock.stall(10 * MINUTE - before);
        const renewed = await context.refresh(session, { generation: 1 });
        expect(renewed === null).toBe(before <= 0);
        if (renewed !== null) {
          expect(renewed.session.idleExpiresAt).toBe(session.absoluteExpiresAt);
          expect(renewed.session.absoluteExpiresAt).toBe(session.absoluteExpiresAt);
        }
      });

    test("counts use from the user's last activity, never backwards", async (context) => {
      const { session, now } = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(8 * MINUTE);
      const first = await context.refresh(session, { idleForMs: 5 * MINUTE });
      expect(first?.session).toMatchObject({
        lastActiveAt: now + 3 * MINUTE,
        idleExpiresAt: now + 13 * MINUTE,
      });
      const second = await context.refresh(session, { generation: 1, idleForMs: 7 * MINUTE });
      expect(second?.session).toMatchObject({
        lastActiveAt: now + 3 * MINUTE,
        idleExpiresAt: now + 13 * MINUTE,
      });
      const third = await context.refresh(session, { generation: 1, idleForMs: 2_000_000_000_000 });
      expect(third?.session.lastActiveAt).toBe(now + 3 * MINUTE);
    });

    for (const [laterMs, idleForMs, movedMs] of [
      [0, 0, 0],
      [5000, 0, 5000],
      [5000, 4999, 1],
      [5000, 5000, 0],
      [5000, 5001, 0],
      [5000, 2_000_000_000_000, 0],
      [-5000, 0, 0],
    ] as const)
      test(`${laterMs} ms later after ${idleForMs} idle ms moves the last activity by ${movedMs} ms`, async (context) => {
        const { session } = await context.signIn();
        context.clock.step(laterMs);
        const renewed = await context.refresh(session, { idleForMs });
        expect(renewed?.session.lastActiveAt).toBe(session.lastActiveAt + movedMs);
      });

    test("never extends a session that renews without use", async (context) => {
      const { session } = await context.signIn({ limits: SHORT_LIMITS });
      let generation = 0;
      for (let minute = 1; minute < 10; minute++) {
        context.clock.stall(MINUTE);
        const renewed = await context.refresh(session, { generation, idleForMs: minute * MINUTE });
        generation = renewed?.session.generation ?? -1;
        expect(renewed?.session.idleExpiresAt).toBe(session.idleExpiresAt);
      }
      context.clock.stall(MINUTE);
      expect(await context.refresh(session, { generation, idleForMs: 10 * MINUTE })).toBe(null);
    });

    test("never moves a deadline earlier when the clock is set back", async (context) => {
      const { session } = await context.signIn();
      context.clock.step(-20 * MINUTE);
      const renewed = await context.refresh(session);
      expect(renewed?.session).toMatchObject({
        lastActiveAt: session.lastActiveAt,
        idleExpiresAt: session.idleExpiresAt,
        absoluteExpiresAt: session.absoluteExpiresAt,
      });
    });
  });

  describe("refreshSession of an ended session", () => {
    test("returns null for a session of a signed-out or another account, and for an unknown session", async (context) => {
      const { session } = await context.signIn();
      const other = context.otherAccount();
      await other.signIn();
      expect(await context.refresh(session, { accountId: other.accountId })).toBe(null);
      expect(await context.refresh(session, { sessionId: context.newId() })).toBe(null);
      await context.revokeAccount();
      expect(await context.refresh(session)).toBe(null);
      expect(await context.readSession(session)).toMatchObject({ generation: 0, rotatedAt: null });
    });

    test("renews the session that an account-wide sign-out spared", async (context) => {
      const { session } = await context.signIn();
      await context.signIn();
      await context.revokeAccount("revoked_by_owner", session);
      expect(await context.refresh(session)).toMatchObject({
        session: { generation: 1, accountEpoch: 1 },
        account: { epoch: 1 },
      });
    });
  });

  describe("concurrent refreshes", () => {
    test("with one token all return the same generation, and rotate once", async (context) => {
      const { session } = await context.signIn();
      for (let round = 0; round < 20; round++) {
        const results = await Promise.all(
          Array.from({ length: 8 }, () => context.refresh(session, { generation: round })),
        );
        expect(results.map((result) => result?.session.generation)).toEqual(Array(8).fill(round + 1));
        context.clock.stall(GRACE_MS);
      }
    });

    test("a refresh concurrent with an account-wide sign-out leaves the session revoked", async (context) => {
      for (let round = 0; round < 20; round++) {
        const { session } = await context.signIn();
        const [, revoked] = await Promise.all([context.refresh(session), context.revokeAccount()]);
        expect(revoked.count).toBe(1);
        expect(await context.fate(session)).toMatchObject({ state: "revoked", endedAt: revoked.now });
        expect(await context.refresh(session, { generation: 1 })).toBe(null);
      }
    });
  });

  testFaults("refreshSession writes nothing if any statement fails", async (context) => {
    const { session } = await context.signIn();
    context.clock.stall(1000);
    return () => context.refresh(session);
  });
}
