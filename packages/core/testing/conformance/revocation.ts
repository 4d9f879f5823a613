import type { Suite } from "./suite.js";
import { eventOf, MINUTE } from "./world.js";

const SHORT = { idleMinutes: 10, absoluteMinutes: 30 };

/** `revokeAccount` and `revokeUser`: many endings in one act. */
export function describeRevocation<Extra>({ describe, test, testFaults, expect }: Suite<Extra>): void {
  describe("revokeAccount", () => {
    test("ends every live session, whoever's, at one moment and for one reason", async (world) => {
      const ada = await world.signIn();
      const ben = await world.signIn({ user: world.person("Ben", "member"), keyThumbprint: "key" });
      world.clock.stall(5);
      const now = world.clock.now();
      const { count, feed } = await world.revokeAccount("revoked_by_owner");
      expect(count).toBe(2);
      expect(await world.feed()).toEqual(feed);
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({
        accountId: world.accountId,
        at: now,
        scope: "account",
        epoch: 1,
        spares: null,
        reason: "revoked_by_owner",
      });
      for (const { session } of [ada, ben])
        expect(await world.fate(session)).toEqual({
          state: "revoked",
          reason: "revoked_by_owner",
          endedAt: now,
        });
      expect(await world.listed()).toEqual([]);
      expect(await world.store.listActiveUsers(world.accountId, 10)).toEqual({
        users: [],
        userCount: 0,
        sessionCount: 0,
      });
    });

    test("records its event with the count filled in", async (world) => {
      const { user, session } = await world.signIn();
      await world.store.revokeAccount({
        accountId: world.accountId,
        reason: "revoked_by_owner",
        spareSessionId: null,
        event: eventOf("sessions.revoked", {
          actorId: user.id,
          sessionId: session.id,
          ip: "192.0.2.7",
          details: { scope: "all" },
        }),
      });
      expect(await world.recorded("sessions.revoked")).toMatchObject({
        at: world.clock.now(),

        actor: { id: user.id },
        sessionId: session.id,
        ip: "192.0.2.7",
        details: { scope: "all", count: 1 },
      });
    });

    test("counts live sessions alone: neither ended, expired, nor ended before with all", async (world) => {
      await world.signIn();
      await world.revokeAccount();
      const one = await world.signIn();
      await world.signIn({ limits: SHORT });
      await world.signIn();
      await world.store.endSession({
        accountId: world.accountId,
        sessionId: one.session.id,
        reason: "signed_out",
        event: eventOf("user.signed_out"),
      });
      world.clock.stall(10 * MINUTE);
      expect(await world.revokeAccount()).toMatchObject({ count: 1 });
      expect(await world.revokeAccount()).toMatchObject({ count: 0 });
    });

    test("spares the one session that is named, and the next sign-out ends that too", async (world) => {
      const mine = await world.signIn();
      const other = await world.signIn({ user: mine.user });
      const spared = await world.revokeAccount("revoked_by_owner", mine.session);
      expect(spared.count).toBe(1);
      expect(spared.feed[0]).toMatchObject({ epoch: 1, spares: mine.session.id });
      expect(await world.fate(mine.session)).toEqual({ state: "live" });
      expect(await world.session(mine.session)).toMatchObject({ accountEpoch: 1 });
      expect(await world.fate(other.session)).toMatchObject({ state: "revoked" });
      expect(await world.listed()).toEqual([mine.session.id]);
      expect(await world.revokeAccount()).toMatchObject({ count: 1 });
      expect(await world.fate(mine.session)).toMatchObject({ state: "revoked" });
    });

    test("spares no session that is over, and none of another account", async (world) => {
      const expired = await world.signIn({ limits: SHORT });
      await world.signIn();
      const other = world.elsewhere();
      const away = await other.signIn();
      const first = await world.revokeAccount("revoked_by_owner", away.session);
      expect(first).toMatchObject({ count: 2 });
      expect(first.feed[0]).toMatchObject({ spares: null });
      expect(await other.session(away.session)).toMatchObject({ accountEpoch: 0 });
      world.clock.stall(10 * MINUTE);
      await world.revokeAccount("revoked_by_owner", expired.session);
      expect(await world.session(expired.session)).toMatchObject({ accountEpoch: 0 });
      expect(await world.fate(expired.session)).toMatchObject({ state: "revoked", endedAt: first.now });
      expect(await world.listed()).toEqual([]);
    });

    for (const before of [1, 0, -1])
      test(`${before} ms before a deadline finds the session ${before > 0 ? "live" : "expired"}`, async (world) => {
        const { session } = await world.signIn({ limits: SHORT });
        world.clock.stall(10 * MINUTE - before);
        expect((await world.revokeAccount()).count).toBe(before > 0 ? 1 : 0);
        world.clock.stall(MINUTE);
        expect(await world.fate(session)).toEqual(
          before > 0
            ? { state: "revoked", reason: "revoked_by_owner", endedAt: session.idleExpiresAt - 1 }
            : { state: "expired", reason: "idle", endedAt: session.idleExpiresAt },
        );
      });

    test("leaves every other account as it was", async (world) => {
      await world.signIn();
      const other = world.elsewhere();
      const away = await other.signIn();
      const before = await other.everything();
      await world.revokeAccount();
      expect(await other.everything()).toEqual(before);
      expect(await other.fate(away.session)).toEqual({ state: "live" });
      expect(await other.feed()).toEqual([]);
    });

    test("raises the epoch by one of an account that nobody has written yet", async (world) => {
      expect(await world.revokeAccount()).toMatchObject({ count: 0 });
      const { account } = await world.store.readSignIn(world.accountId, world.id());
      expect(account).toMatchObject({ epoch: 1, policyVersion: 1 });
    });

    test("by callers at once counts each session once and raises the epoch once each", async (world) => {
      for (let round = 0; round < 10; round++) {
        await world.signIn();
        await world.signIn();
        const outcomes = await Promise.all([1, 2, 3].map(() => world.revokeAccount()));
        expect(outcomes.reduce((sum, outcome) => sum + outcome.count, 0)).toBe(2);
        const { account } = await world.store.readSignIn(world.accountId, world.id());
        expect(account.epoch).toBe(3 * (round + 1));
      }
    });

    test("racing a sign-in counts it or bears it dead: it never lives", async (world) => {
      for (let round = 0; round < 20; round++) {
        const user = world.person();
        const prepared = await world.store.readSignIn(world.accountId, user.id);
        const [started, revoked] = await Promise.all([
          world.signIn({ user, prepared }),
          world.revokeAccount(),
        ]);
        expect(await world.fate(started.session)).toMatchObject({ state: "revoked", endedAt: revoked.now });
        expect(await world.listed()).toEqual([]);
      }
    });

    testFaults("leaves nothing behind a fault, wherever it strikes", async (world) => {
      const { session } = await world.signIn();
      await world.signIn();
      return () => world.revokeAccount("revoked_by_owner", session);
    });
  });

  describe("revokeUser", () => {
    test("ends the user's live sessions, raises the user's epoch, and leaves everybody else alone", async (world) => {
      const ada = await world.signIn();
      await world.signIn({ user: ada.user });
      const ben = await world.signIn({ user: world.person("Ben", "member") });
      world.clock.stall(5);
      const now = world.clock.now();
      const outcome = await world.revokeUser(ada.user.id, "revoked_by_owner");
      expect(outcome).toMatchObject({ kind: "revoked", count: 2, now });
      const feed = await world.feed();
      expect(outcome).toMatchObject({ feed });
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({
        scope: "user",
        userId: ada.user.id,
        epoch: 1,
        spares: null,
        reason: "revoked_by_owner",
        at: now,
      });
      expect(await world.session(ada.session)).toMatchObject({ endedAt: now, endReason: "revoked_by_owner" });
      expect(await world.listed()).toEqual([ben.session.id]);
      expect(await world.store.readUser(world.accountId, ada.user.id)).toMatchObject({
        epoch: 1,
        roleEpoch: 0,
      });
      expect(await world.store.readUser(world.accountId, ben.user.id)).toMatchObject({ epoch: 0 });
    });

    test("spares the session that is named", async (world) => {
      const mine = await world.signIn();
      const other = await world.signIn({ user: mine.user });
      const outcome = await world.revokeUser(mine.user.id, "revoked_by_user", mine.session);
      expect(outcome).toMatchObject({ kind: "revoked", count: 1 });
      expect((await world.feed())[0]).toMatchObject({ scope: "user", epoch: 1, spares: mine.session.id });
      expect(await world.fate(mine.session)).toEqual({ state: "live" });
      expect(await world.fate(other.session)).toMatchObject({ reason: "revoked_by_user" });
      expect(await world.refresh(mine.session)).toMatchObject({ user: { epoch: 1 } });
    });

    test("spares nothing of another user", async (world) => {
      const ada = await world.signIn();
      const ben = await world.signIn({ user: world.person("Ben", "member") });
      await world.revokeUser(ada.user.id, "revoked_by_owner", ben.session);
      expect((await world.feed())[0]).toMatchObject({ spares: null });
      expect(await world.listed()).toEqual([ben.session.id]);
    });

    test("counts none that is over, and records the count", async (world) => {
      const { user } = await world.signIn({ limits: SHORT });
      world.clock.stall(10 * MINUTE);
      await world.signIn({ user });
      expect(await world.revokeUser(user.id)).toMatchObject({ count: 1 });
      expect(await world.recorded("sessions.revoked")).toMatchObject({
        details: { user_id: user.id, count: 1 },
      });
      expect(await world.revokeUser(user.id)).toMatchObject({ count: 0 });
    });

    test("finds no user of another account, and changes nothing there", async (world) => {
      const { user, session } = await world.signIn();
      const other = world.elsewhere();
      await other.signIn();
      expect(await other.revokeUser(user.id)).toEqual({ kind: "not_found" });
      expect(await world.revokeUser(world.id())).toEqual({ kind: "not_found" });
      expect(await world.fate(session)).toEqual({ state: "live" });
      expect(await other.trail("sessions.revoked")).toEqual([]);
      expect(await other.feed()).toEqual([]);
    });

    test("racing a sign-in refuses it or ends it: it never lives", async (world) => {
      const { user } = await world.signIn();
      for (let round = 0; round < 20; round++) {
        const prepared = await world.store.readSignIn(world.accountId, user.id);
        const [, started] = await Promise.all([world.revokeUser(user.id), world.start({ user, prepared })]);
        if (started.kind === "started")
          expect(await world.fate(started.session)).toMatchObject({ state: "revoked" });
        else expect(started).toEqual({ kind: "user_moved" });
        expect(await world.listed()).toEqual([]);
      }
    });

    testFaults("leaves nothing behind a fault, wherever it strikes", async (world) => {
      const { user, session } = await world.signIn();
      await world.signIn({ user });
      return () => world.revokeUser(user.id, "revoked_by_user", session);
    });
  });
}
