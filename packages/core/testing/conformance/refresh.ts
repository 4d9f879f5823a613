import type { Suite } from "./suite.js";
import { GRACE_MS, HOUR, MINUTE } from "./world.js";

const SHORT = { idleMinutes: 10, absoluteMinutes: 30 };

/** `refreshSession` and `readSession`: who is renewed, what rotates, and what use does to the deadlines. */
export function describeRefresh<Extra>({ describe, test, testFaults, expect }: Suite<Extra>): void {
  describe("readSession", () => {
    test("finds nothing under another account's id", async (world) => {
      const { session } = await world.signIn();
      const other = world.elsewhere();
      await other.signIn();
      expect(await world.store.readSession(other.accountId, session.id)).toBe(null);
      expect(await world.store.readSession(world.accountId, world.id())).toBe(null);
    });

    test("names the first sign-out that covers a session, not the last", async (world) => {
      const { session } = await world.signIn();
      world.clock.stall(5);
      const first = await world.revokeAccount("revoked_by_owner");
      world.clock.stall(5);
      await world.revokeAccount("password_changed");
      const snapshot = await world.store.readSession(world.accountId, session.id);
      expect(snapshot).toMatchObject({
        epochEnd: { at: first.now, reason: "revoked_by_owner" },
        account: { epoch: 2 },
        now: first.now + 5,
      });
    });
  });

  describe("refreshSession of an unbound session", () => {
    test("rotates at the first refresh and answers all that the client must know", async (world) => {
      const { session, user, account } = await world.signIn();
      world.clock.stall(1000);
      const now = world.clock.now();
      expect(await world.refresh(session)).toEqual({
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
      expect(await world.session(session)).toMatchObject({
        generation: 1,
        rotatedAt: now,
        lastActiveAt: now,
      });
    });

    test("rotates a session that never rotated however young it is", async (world) => {
      const { session } = await world.signIn();
      expect(await world.refresh(session)).toMatchObject({ session: { generation: 1 } });
    });

    for (const [ageMs, generation] of [
      [GRACE_MS - 1, 1],
      [GRACE_MS, 2],
      [GRACE_MS + 1, 2],
    ] as const)
      test(`with the current token ${ageMs} ms after a rotation answers generation ${generation}`, async (world) => {
        const { session } = await world.signIn();
        const rotatedAt = world.clock.now();
        await world.refresh(session);
        world.clock.stall(ageMs);
        const again = await world.refresh(session, { generation: 1 });
        expect(again?.session).toMatchObject({
          generation,
          rotatedAt: generation === 1 ? rotatedAt : rotatedAt + ageMs,
          lastActiveAt: rotatedAt + ageMs,
        });
      });

    for (const [ageMs, renewed] of [
      [GRACE_MS - 1, true],
      [GRACE_MS, false],
      [GRACE_MS + 1, false],
    ] as const)
      test(`with the token before, ${ageMs} ms after the rotation, is ${renewed ? "renewed" : "no verdict"}`, async (world) => {
        const { session } = await world.signIn();
        await world.refresh(session);
        world.clock.stall(ageMs);
        const again = await world.refresh(session, { generation: 0 });
        expect(again?.session.generation ?? null).toBe(renewed ? 1 : null);
        expect(await world.fate(session)).toEqual({ state: "live" });
      });

    test("never extends the grace: it counts from the rotation", async (world) => {
      const { session } = await world.signIn();
      const first = await world.refresh(session);
      for (let count = 0; count < 3; count++) {
        world.clock.stall(3000);
        const again = await world.refresh(session, { generation: 0 });
        expect(again?.session.rotatedAt).toBe(first?.session.rotatedAt);
      }
      world.clock.stall(1000);
      expect(await world.refresh(session, { generation: 0 })).toBe(null);
    });

    test("is no verdict for a token two rotations old, within the grace too", async (world) => {
      const { session } = await world.signIn();
      await world.refresh(session, { graceMs: 0 });
      await world.refresh(session, { generation: 1, graceMs: 0 });
      const before = await world.session(session);
      expect(await world.refresh(session, { generation: 0 })).toBe(null);
      expect(await world.session(session)).toEqual(before);
    });

    test("with no grace rotates each time and renews no older token", async (world) => {
      const { session } = await world.signIn();
      expect(await world.refresh(session, { graceMs: 0 })).toMatchObject({ session: { generation: 1 } });
      expect(await world.refresh(session, { generation: 1, graceMs: 0 })).toMatchObject({
        session: { generation: 2 },
      });
      expect(await world.refresh(session, { generation: 1, graceMs: 0 })).toBe(null);
    });

    test("is no verdict for a token from the future", async (world) => {
      const { session } = await world.signIn();
      expect(await world.refresh(session, { generation: 1 })).toBe(null);
      expect(await world.session(session)).toEqual(session);
    });
  });

  describe("refreshSession of a bound session", () => {
    test("is no verdict without the proof of its key, and changes nothing", async (world) => {
      const { session } = await world.signIn({ keyThumbprint: "key" });
      world.clock.stall(1000);
      for (const provenThumbprint of [null, "another key", ""])
        expect(await world.refresh(session, { provenThumbprint })).toBe(null);
      expect(await world.session(session)).toEqual(session);
    });

    test("renews whatever older token comes with the proof, at any time, without rotating", async (world) => {
      const { session } = await world.signIn({ keyThumbprint: "key" });
      for (let generation = 0; generation < 3; generation++)
        await world.refresh(session, { generation, graceMs: 0 });
      world.clock.stall(30 * MINUTE);
      for (const generation of [0, 1, 2])
        expect(await world.refresh(session, { generation })).toMatchObject({ session: { generation: 3 } });
    });

    test("rotates the current token only when the last rotation is as old as the grace", async (world) => {
      const { session } = await world.signIn({ keyThumbprint: "key" });
      expect(await world.refresh(session)).toMatchObject({ session: { generation: 1 } });
      world.clock.stall(GRACE_MS - 1);
      expect(await world.refresh(session, { generation: 1 })).toMatchObject({ session: { generation: 1 } });
      world.clock.stall(1);
      expect(await world.refresh(session, { generation: 1 })).toMatchObject({ session: { generation: 2 } });
    });

    test("is no verdict for a token from the future, with the proof too", async (world) => {
      const { session } = await world.signIn({ keyThumbprint: "key" });
      expect(await world.refresh(session, { generation: 1 })).toBe(null);
      expect(await world.session(session)).toEqual(session);
    });
  });

  describe("refreshSession and the deadlines", () => {
    for (const before of [1, 0, -1])
      test(`${before} ms before the idle deadline ${before > 0 ? "renews" : "is no verdict"}`, async (world) => {
        const { session } = await world.signIn({ limits: SHORT });
        world.clock.stall(10 * MINUTE - before);
        const renewed = await world.refresh(session);
        expect(renewed === null).toBe(before <= 0);
        if (before <= 0) expect(await world.session(session)).toEqual(session);
      });

    for (const before of [1, 0, -1])
      test(`${before} ms before the absolute deadline ${before > 0 ? "renews" : "is no verdict"}`, async (world) => {
        const { session } = await world.signIn({ limits: { idleMinutes: 30, absoluteMinutes: 30 } });
        world.clock.stall(20 * MINUTE);
        await world.refresh(session, { graceMs: 0 });
        world.clock.stall(10 * MINUTE - before);
        const renewed = await world.refresh(session, { generation: 1 });
        expect(renewed === null).toBe(before <= 0);
        if (renewed !== null) {
          expect(renewed.session.idleExpiresAt).toBe(session.absoluteExpiresAt);
          expect(renewed.session.absoluteExpiresAt).toBe(session.absoluteExpiresAt);
        }
      });

    test("counts use from when the person was there, never back", async (world) => {
      const { session, now } = await world.signIn({ limits: SHORT });
      world.clock.stall(8 * MINUTE);
      const honest = await world.refresh(session, { idleForMs: 5 * MINUTE });
      expect(honest?.session).toMatchObject({
        lastActiveAt: now + 3 * MINUTE,
        idleExpiresAt: now + 13 * MINUTE,
      });
      const later = await world.refresh(session, { generation: 1, idleForMs: 7 * MINUTE });
      expect(later?.session).toMatchObject({
        lastActiveAt: now + 3 * MINUTE,
        idleExpiresAt: now + 13 * MINUTE,
      });
      const ages = await world.refresh(session, { generation: 1, idleForMs: 2_000_000_000_000 });
      expect(ages?.session.lastActiveAt).toBe(now + 3 * MINUTE);
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
      test(`${laterMs} ms later after ${idleForMs} idle ms moves the last activity by ${movedMs} ms`, async (world) => {
        const { session } = await world.signIn();
        world.clock.step(laterMs);
        const renewed = await world.refresh(session, { idleForMs });
        expect(renewed?.session.lastActiveAt).toBe(session.lastActiveAt + movedMs);
      });

    test("lets a session die that renews and is never used", async (world) => {
      const { session } = await world.signIn({ limits: SHORT });
      let generation = 0;
      for (let minute = 1; minute < 10; minute++) {
        world.clock.stall(MINUTE);
        const renewed = await world.refresh(session, { generation, idleForMs: minute * MINUTE });
        generation = renewed?.session.generation ?? -1;
        expect(renewed?.session.idleExpiresAt).toBe(session.idleExpiresAt);
      }
      world.clock.stall(MINUTE);
      expect(await world.refresh(session, { generation, idleForMs: 10 * MINUTE })).toBe(null);
    });

    test("never moves a deadline back when the clock steps back", async (world) => {
      const { session } = await world.signIn();
      world.clock.step(-20 * MINUTE);
      const renewed = await world.refresh(session);
      expect(renewed?.session).toMatchObject({
        lastActiveAt: session.lastActiveAt,
        idleExpiresAt: session.idleExpiresAt,
        absoluteExpiresAt: session.absoluteExpiresAt,
      });
    });
  });

  describe("refreshSession and endings", () => {
    test("is no verdict for an ended session, one signed out with its account, and one of another account", async (world) => {
      const { session } = await world.signIn();
      const other = world.elsewhere();
      await other.signIn();
      expect(await world.refresh(session, { accountId: other.accountId })).toBe(null);
      expect(await world.refresh(session, { sessionId: world.id() })).toBe(null);
      await world.revokeAccount();
      expect(await world.refresh(session)).toBe(null);
      expect(await world.session(session)).toMatchObject({ generation: 0, rotatedAt: null });
    });

    test("goes on for the session that a sign-out spared", async (world) => {
      const { session } = await world.signIn();
      await world.revokeAccount("revoked_by_owner", session);
      expect(await world.refresh(session)).toMatchObject({
        session: { generation: 1, accountEpoch: 1 },
        account: { epoch: 1 },
      });
    });
  });

  describe("callers at once", () => {
    test("with one token all get the same generation, and it rotates once", async (world) => {
      const { session } = await world.signIn();
      for (let round = 0; round < 20; round++) {
        const answers = await Promise.all(
          Array.from({ length: 8 }, () => world.refresh(session, { generation: round })),
        );
        expect(answers.map((answer) => answer?.session.generation)).toEqual(Array(8).fill(round + 1));
        world.clock.stall(GRACE_MS);
      }
    });

    test("a refresh racing a sign-out of everybody ends revoked whatever came first", async (world) => {
      for (let round = 0; round < 20; round++) {
        const { session } = await world.signIn();
        const [, revoked] = await Promise.all([world.refresh(session), world.revokeAccount()]);
        expect(revoked.count).toBe(1);
        expect(await world.fate(session)).toMatchObject({ state: "revoked", endedAt: revoked.now });
        expect(await world.refresh(session, { generation: 1 })).toBe(null);
      }
    });
  });

  testFaults("refreshSession leaves nothing behind a fault", async (world) => {
    const { session } = await world.signIn();
    world.clock.stall(1000);
    return () => world.refresh(session);
  });
}
