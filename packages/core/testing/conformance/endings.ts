import type { RevocationReason } from "../../src/session/session.js";
import type { EndOutcome } from "../../src/store.js";
import type { Suite } from "./suite.js";
import { eventOf, HOUR, MINUTE, type World } from "./world.js";

const SHORT = { idleMinutes: 10, absoluteMinutes: 30 };

/** `endSession` and `closeExpired`: the end of one session, written once. */
export function describeEndings<Extra>({ describe, test, testFaults, expect }: Suite<Extra>): void {
  const end = (
    world: World<Extra>,
    sessionId: string,
    reason: RevocationReason = "signed_out",
    userId?: string,
  ): Promise<EndOutcome> =>
    world.store.endSession({
      accountId: world.accountId,
      sessionId,
      ...(userId === undefined ? {} : { userId }),
      reason,
      event: eventOf("user.signed_out", { sessionId, ip: "192.0.2.7", details: { by: "test" } }),
    });

  describe("endSession", () => {
    test("ends a live session now, writes its feed row and records its event", async (world) => {
      const { session, user } = await world.signIn();
      world.clock.stall(5);
      const now = world.clock.now();
      const outcome = await world.store.endSession({
        accountId: world.accountId,
        sessionId: session.id,
        reason: "revoked_by_user",
        event: eventOf("session.revoked", {
          actorId: user.id,
          sessionId: session.id,
          ip: "192.0.2.7",
          details: { reason: "revoked_by_user" },
        }),
      });
      const [row] = await world.feed();
      expect(row).toMatchObject({
        accountId: world.accountId,
        at: now,
        scope: "session",
        sessionId: session.id,
        reason: "revoked_by_user",
      });
      expect(outcome).toEqual({ kind: "ended", feed: [row], now });
      expect(await world.session(session)).toEqual({
        ...session,
        endedAt: now,
        endReason: "revoked_by_user",
      });
      expect(await world.recorded("session.revoked")).toMatchObject({
        at: now,

        actor: { id: user.id, name: user.name, email: user.email },
        sessionId: session.id,
        ip: "192.0.2.7",
        details: { reason: "revoked_by_user" },
      });
    });

    test("leaves the other sessions of the user alone", async (world) => {
      const first = await world.signIn();
      const second = await world.signIn({ user: first.user });
      await end(world, first.session.id);
      expect(await world.listed()).toEqual([second.session.id]);
      expect(await world.store.readUser(world.accountId, first.user.id)).toMatchObject({ epoch: 0 });
    });

    test("keeps the first cause: a second end changes nothing and records nothing", async (world) => {
      const { session } = await world.signIn();
      await end(world, session.id);
      world.clock.stall(5);
      const before = await world.everything();
      expect(await end(world, session.id, "token_reused")).toEqual({ kind: "not_live" });
      expect(await world.everything()).toEqual(before);
      expect(await world.fate(session)).toMatchObject({ reason: "signed_out" });
    });

    test("ends only a session of the user who is named", async (world) => {
      const { session, user } = await world.signIn();
      const { user: someone } = await world.signIn();
      expect(await end(world, session.id, "revoked_by_user", someone.id)).toEqual({ kind: "not_live" });
      expect(await world.fate(session)).toEqual({ state: "live" });
      expect(await end(world, session.id, "revoked_by_user", user.id)).toMatchObject({ kind: "ended" });
    });

    test("ends nothing of another account, whatever id is named", async (world) => {
      const { session } = await world.signIn();
      const other = world.elsewhere();
      await other.signIn();
      expect(await end(other, session.id)).toEqual({ kind: "not_live" });
      expect(await end(world, world.id())).toEqual({ kind: "not_live" });
      expect(await world.fate(session)).toEqual({ state: "live" });
      expect(await other.trail("user.signed_out")).toEqual([]);
    });

    test("ends nothing that was signed out with its account", async (world) => {
      const { session } = await world.signIn();
      const { now } = await world.revokeAccount();
      expect(await end(world, session.id)).toEqual({ kind: "not_live" });
      expect(await world.fate(session)).toEqual({
        state: "revoked",
        reason: "revoked_by_owner",
        endedAt: now,
      });
    });

    for (const before of [1, 0, -1])
      test(`${before} ms before a deadline ${before > 0 ? "ends it" : "comes too late: it expired"}`, async (world) => {
        const { session } = await world.signIn({ limits: SHORT });
        world.clock.stall(10 * MINUTE - before);
        const outcome = await end(world, session.id);
        expect(outcome.kind).toBe(before > 0 ? "ended" : "not_live");
        expect(await world.fate(session)).toEqual(
          before > 0
            ? { state: "revoked", reason: "signed_out", endedAt: session.idleExpiresAt - 1 }
            : { state: "expired", reason: "idle", endedAt: session.idleExpiresAt },
        );
      });

    test("by two callers at once ends it for one of them", async (world) => {
      for (let round = 0; round < 20; round++) {
        const { session } = await world.signIn();
        const outcomes = await Promise.all([
          end(world, session.id, "signed_out"),
          end(world, session.id, "revoked_by_user"),
          end(world, session.id, "revoked_by_owner"),
        ]);
        expect(outcomes.filter((outcome) => outcome.kind === "ended").length).toBe(1);
        expect((await world.trail("user.signed_out")).length).toBe(round + 1);
      }
    });

    test("racing a sign-out of everybody has one cause, counted once", async (world) => {
      for (let round = 0; round < 20; round++) {
        const { session } = await world.signIn();
        const [ended, revoked] = await Promise.all([end(world, session.id), world.revokeAccount()]);
        expect(revoked.count).toBe(ended.kind === "ended" ? 0 : 1);
        expect(await world.fate(session)).toMatchObject({
          reason: ended.kind === "ended" ? "signed_out" : "revoked_by_owner",
        });
      }
    });

    testFaults("leaves nothing behind a fault, wherever it strikes", async (world) => {
      const { session } = await world.signIn();
      return async () => {
        if ((await end(world, session.id)).kind !== "ended") throw new Error("not ended");
      };
    });
  });

  describe("closeExpired", () => {
    for (const after of [-1, 0, 1])
      test(`${after} ms after the deadline ${after < 0 ? "writes nothing" : "writes the end"}`, async (world) => {
        const { session } = await world.signIn({ limits: SHORT });
        world.clock.stall(10 * MINUTE + after);
        await world.store.closeExpired(world.accountId, session.id);
        const closed = { ...session, endedAt: session.idleExpiresAt, endReason: "idle" };
        expect(await world.session(session)).toEqual(after < 0 ? session : closed);
        expect(await world.trail("session.expired")).toEqual(
          after < 0 ? [] : [{ type: "session.expired", sessionId: session.id, at: session.idleExpiresAt }],
        );
      });

    test("dates the end at the deadline however late it is noticed, and names the reason", async (world) => {
      const { session, user } = await world.signIn({ limits: SHORT });
      world.clock.stall(5 * HOUR);
      await world.store.closeExpired(world.accountId, session.id);
      const { items } = await world.store.listEvents({ accountId: world.accountId, limit: 9, after: null });
      const expired = items.find((item) => item.type === "session.expired");
      expect(expired).toMatchObject({
        at: session.idleExpiresAt,
        actor: null,
        sessionId: session.id,
        details: { reason: "idle", user_id: user.id },
      });
      expect(await world.fate(session)).toEqual({
        state: "expired",
        reason: "idle",
        endedAt: session.idleExpiresAt,
      });
      expect(items.some((item) => item.actor?.id === user.id && item.type === "user.signed_in")).toBe(true);
    });

    test("names the absolute deadline where both are the same moment", async (world) => {
      const { session } = await world.signIn({ limits: { idleMinutes: 30, absoluteMinutes: 30 } });
      world.clock.stall(30 * MINUTE);
      await world.store.closeExpired(world.accountId, session.id);
      expect(await world.session(session)).toMatchObject({
        endReason: "absolute",
        endedAt: session.absoluteExpiresAt,
      });
    });

    test("writes nothing a second time, nor by callers at once", async (world) => {
      const { session } = await world.signIn({ limits: SHORT });
      world.clock.stall(10 * MINUTE);
      const close = (): Promise<void> => world.store.closeExpired(world.accountId, session.id);
      await Promise.all([close(), close(), close()]);
      world.clock.stall(HOUR);
      await close();
      expect((await world.trail("session.expired")).length).toBe(1);
    });

    test("leaves a session that was ended before its deadline as it is", async (world) => {
      const one = await world.signIn({ limits: SHORT });
      const all = await world.signIn({ limits: SHORT });
      await end(world, one.session.id);
      await world.revokeAccount();
      world.clock.stall(HOUR);
      await world.store.closeExpired(world.accountId, one.session.id);
      await world.store.closeExpired(world.accountId, all.session.id);
      expect(await world.fate(one.session)).toMatchObject({ reason: "signed_out" });
      expect(await world.fate(all.session)).toMatchObject({ reason: "revoked_by_owner" });
      expect(await world.trail("session.expired")).toEqual([]);
    });

    test("writes the end of a session whose deadline passed before everybody was signed out", async (world) => {
      const { session } = await world.signIn({ limits: SHORT });
      world.clock.stall(11 * MINUTE);
      expect((await world.revokeAccount()).count).toBe(0);
      await world.store.closeExpired(world.accountId, session.id);
      expect(await world.session(session)).toMatchObject({
        endReason: "idle",
        endedAt: session.idleExpiresAt,
      });
      expect((await world.trail("session.expired")).length).toBe(1);
    });

    test("does nothing to a session of another account", async (world) => {
      const { session } = await world.signIn({ limits: SHORT });
      const other = world.elsewhere();
      await other.signIn();
      world.clock.stall(10 * MINUTE);
      await world.store.closeExpired(other.accountId, session.id);
      expect(await world.session(session)).toEqual(session);
      expect(await other.trail("session.expired")).toEqual([]);
    });

    testFaults("leaves nothing behind a fault, wherever it strikes", async (world) => {
      const { session } = await world.signIn({ limits: SHORT });
      world.clock.stall(10 * MINUTE);
      return () => world.store.closeExpired(world.accountId, session.id);
    });
  });
}
