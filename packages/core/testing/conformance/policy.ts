import type { Suite } from "./suite.js";
import { eventOf, HOUR, MINUTE, type World } from "./world.js";

const STRICT = { idleMinutes: 15, absoluteMinutes: 720 };

/** `readPolicy`, `writePolicy` and `previewPolicy`. */
export function describePolicy<Extra>({ describe, test, testFaults, expect }: Suite<Extra>): void {
  const preview = (
    world: World<Extra>,
    shorten = STRICT,
    callerSessionId: string | null = null,
    namesLimit = 5,
  ) => world.store.previewPolicy({ accountId: world.accountId, shorten, callerSessionId, namesLimit });

  describe("writePolicy", () => {
    test("writes the override as the next version, with a feed row and its event", async (world) => {
      const { user } = await world.signIn();
      world.clock.stall(5);
      const now = world.clock.now();
      expect(await world.store.readPolicy(world.accountId)).toEqual({
        override: { idleMinutes: null, absoluteMinutes: null },
        version: 1,
        now,
      });
      const outcome = await world.store.writePolicy({
        accountId: world.accountId,
        expectedVersion: 1,
        override: { idleMinutes: 30, absoluteMinutes: null },
        shorten: null,
        event: eventOf("policy.changed", { actorId: user.id, details: { apply: "next_login" } }),
      });
      const feed = await world.feed();
      expect(outcome).toEqual({
        kind: "written",
        version: 2,
        sessionsShortened: 0,
        sessionsEnded: 0,
        feed,
        now,
      });
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({ scope: "policy", version: 2, applied: false, at: now });
      expect(await world.store.readPolicy(world.accountId)).toEqual({
        override: { idleMinutes: 30, absoluteMinutes: null },
        version: 2,
        now,
      });
      expect(await world.recorded("policy.changed")).toMatchObject({
        actor: { id: user.id },
        details: { apply: "next_login" },
      });
    });

    test("clears an override with null", async (world) => {
      await world.writePolicy(null, { idleMinutes: 30, absoluteMinutes: 600 });
      await world.writePolicy(null, { idleMinutes: null, absoluteMinutes: null });
      expect(await world.store.readPolicy(world.accountId)).toMatchObject({
        override: { idleMinutes: null, absoluteMinutes: null },
        version: 3,
      });
    });

    test("writes nothing over another version", async (world) => {
      const { session } = await world.signIn();
      await world.writePolicy(null);
      const before = await world.everything();
      for (const expectedVersion of [1, 3])
        expect(
          await world.store.writePolicy({
            accountId: world.accountId,
            expectedVersion,
            override: STRICT,
            shorten: STRICT,
            event: eventOf("policy.changed"),
          }),
        ).toEqual({ kind: "moved" });
      expect(await world.everything()).toEqual(before);
      expect(await world.fate(session)).toEqual({ state: "live" });
    });

    test("leaves open sessions alone unless told", async (world) => {
      const { session } = await world.signIn();
      await world.writePolicy(null, STRICT);
      expect(await world.session(session)).toEqual(session);
    });

    test("touches no other account", async (world) => {
      const other = world.elsewhere();
      await other.signIn();
      const before = await other.everything();
      await world.signIn();
      await world.writePolicy(STRICT);
      expect(await other.everything()).toEqual(before);
    });

    test("by callers at once lets one version through", async (world) => {
      await world.signIn();
      for (let round = 1; round <= 20; round++) {
        const write = (idleMinutes: number) =>
          world.store.writePolicy({
            accountId: world.accountId,
            expectedVersion: round,
            override: { idleMinutes, absoluteMinutes: null },
            shorten: null,
            event: eventOf("policy.changed"),
          });
        const outcomes = await Promise.all([write(20), write(30), write(40)]);
        expect(outcomes.filter((outcome) => outcome.kind === "written").length).toBe(1);
        expect((await world.store.readPolicy(world.accountId)).version).toBe(round + 1);
      }
    });

    test("racing a sign-in makes it start over: none begins under limits that are gone", async (world) => {
      for (let round = 0; round < 20; round++) {
        const user = world.person();
        const prepared = await world.store.readSignIn(world.accountId, user.id);
        const [started] = await Promise.all([world.start({ user, prepared }), world.writePolicy(STRICT)]);
        if (started.kind === "started") expect(await world.session(started.session)).toMatchObject(STRICT);
        else expect(started).toEqual({ kind: "policy_moved" });
      }
    });

    testFaults("leaves nothing behind a fault, wherever it strikes", async (world) => {
      await world.signIn();
      world.clock.stall(20 * MINUTE);
      await world.signIn();
      return () => world.writePolicy(STRICT);
    });
  });

  describe("writePolicy that shortens", () => {
    test("gives each live session the smaller of its own minutes and the new ones", async (world) => {
      const long = await world.signIn({ limits: { idleMinutes: 60, absoluteMinutes: 1440 } });
      const mixed = await world.signIn({ limits: { idleMinutes: 10, absoluteMinutes: 1440 } });
      const short = await world.signIn({ limits: { idleMinutes: 10, absoluteMinutes: 30 } });
      world.clock.stall(MINUTE);
      const outcome = await world.writePolicy(STRICT);
      expect(outcome).toMatchObject({ sessionsShortened: 2, sessionsEnded: 0 });
      expect(outcome.feed.length).toBe(1);
      expect(outcome.feed[0]).toMatchObject({ scope: "policy", version: 2, applied: true });
      expect(await world.session(long.session)).toEqual({
        ...long.session,
        ...STRICT,
        idleExpiresAt: long.now + 15 * MINUTE,
        absoluteExpiresAt: long.now + 12 * HOUR,
      });
      expect(await world.session(mixed.session)).toEqual({
        ...mixed.session,
        idleMinutes: 10,
        absoluteMinutes: 720,
        absoluteExpiresAt: mixed.now + 12 * HOUR,
      });
      expect(await world.session(short.session)).toEqual(short.session);
    });

    test("counts idle from the last use, and never moves a deadline later", async (world) => {
      const { session, now } = await world.signIn({ limits: { idleMinutes: 60, absoluteMinutes: 60 } });
      world.clock.stall(50 * MINUTE);
      await world.refresh(session);
      await world.writePolicy({ idleMinutes: 15, absoluteMinutes: 720 });
      expect(await world.session(session)).toMatchObject({
        idleMinutes: 15,
        absoluteMinutes: 60,
        idleExpiresAt: now + 60 * MINUTE,
        absoluteExpiresAt: now + 60 * MINUTE,
      });
    });

    for (const before of [1, 0, -1])
      test(`${before} ms before the new deadline ${before > 0 ? "shortens" : "ends, dated at it"}`, async (world) => {
        const { session, now } = await world.signIn();
        world.clock.stall(15 * MINUTE - before);
        const outcome = await world.writePolicy(STRICT);
        expect(outcome).toMatchObject(
          before > 0
            ? { sessionsShortened: 1, sessionsEnded: 0 }
            : { sessionsShortened: 0, sessionsEnded: 1 },
        );
        expect(await world.session(session)).toMatchObject({
          endedAt: before > 0 ? null : now + 15 * MINUTE,
          endReason: before > 0 ? null : "idle",
        });
        expect(await world.trail("session.expired")).toEqual(
          before > 0 ? [] : [{ type: "session.expired", sessionId: session.id, at: now + 15 * MINUTE }],
        );
      });

    test("records of each session that it ends whose it was and which deadline passed", async (world) => {
      const { session, user } = await world.signIn();
      world.clock.stall(20 * MINUTE);
      await world.writePolicy(STRICT);
      expect(await world.recorded("session.expired")).toMatchObject({
        actor: null,
        sessionId: session.id,
        details: { reason: "idle", user_id: user.id },
      });
    });

    test("names the earlier of two new deadlines that have both passed", async (world) => {
      const { session, now } = await world.signIn();
      world.clock.stall(50 * MINUTE);
      await world.refresh(session);
      world.clock.stall(40 * MINUTE);
      await world.writePolicy({ idleMinutes: 30, absoluteMinutes: 60 });
      expect(await world.fate(session)).toEqual({
        state: "expired",
        reason: "absolute",
        endedAt: now + 60 * MINUTE,
      });
    });

    test("touches neither an ended session nor one whose deadline passed before", async (world) => {
      const expired = await world.signIn({ limits: { idleMinutes: 20, absoluteMinutes: 1440 } });
      const gone = await world.signIn();
      await world.revokeUser(gone.user.id);
      world.clock.stall(20 * MINUTE);
      expect(await world.writePolicy(STRICT)).toMatchObject({ sessionsShortened: 0, sessionsEnded: 0 });
      expect(await world.fate(expired.session)).toEqual({
        state: "expired",
        reason: "idle",
        endedAt: expired.session.idleExpiresAt,
      });
      expect(await world.fate(gone.session)).toMatchObject({ state: "revoked" });
    });

    test("touches no session that was signed out with its account", async (world) => {
      const { session } = await world.signIn();
      const { now } = await world.revokeAccount();
      world.clock.stall(16 * MINUTE);
      expect(await world.writePolicy(STRICT)).toMatchObject({ sessionsShortened: 0, sessionsEnded: 0 });
      expect(await world.fate(session)).toEqual({
        state: "revoked",
        reason: "revoked_by_owner",
        endedAt: now,
      });
    });

    test("says to older access tokens that they are stale, and to new sign-ins what was applied", async (world) => {
      await world.writePolicy(STRICT);
      await world.writePolicy(null);
      const { account } = await world.signIn();
      expect(account).toMatchObject({ policyVersion: 3, appliedPolicyVersion: 2 });
      expect((await world.feed()).map((row) => row.scope === "policy" && row.applied)).toEqual([true, false]);
    });
  });

  describe("previewPolicy", () => {
    test("tells of an account without sessions that nothing would happen", async (world) => {
      const other = world.elsewhere();
      await other.signIn();
      expect(await preview(world)).toEqual({
        sessions: 0,
        sessionsShortened: 0,
        sessionsEnded: 0,
        usersEnded: 0,
        usersEndedFirst: [],
        callerSessionEnds: false,
      });
    });

    test("tells what writing would do, to whom, and changes nothing", async (world) => {
      const cleo = await world.signIn({ user: world.person("Cleo", "member") });
      const ben = await world.signIn({ user: world.person("Ben", "member") });
      const ada = await world.signIn({ user: world.person("Ada", "owner") });
      await world.signIn({ user: cleo.user });
      world.clock.stall(15 * MINUTE);
      const again = await world.signIn({ user: ada.user });
      await world.signIn({
        user: world.person("Dan", "member"),
        limits: { idleMinutes: 10, absoluteMinutes: 30 },
      });
      const before = await world.everything();
      const effect = await preview(world, STRICT, ben.session.id);
      expect(effect).toEqual({
        sessions: 6,
        sessionsShortened: 1,
        sessionsEnded: 4,
        usersEnded: 2,
        usersEndedFirst: [
          { userId: ben.user.id, name: "Ben" },
          { userId: cleo.user.id, name: "Cleo" },
        ],
        callerSessionEnds: true,
      });
      expect(await world.everything()).toEqual(before);
      expect((await preview(world, STRICT, again.session.id)).callerSessionEnds).toBe(false);
      expect(await preview(world, STRICT, null, 1)).toMatchObject({
        usersEnded: 2,
        usersEndedFirst: [{ userId: ben.user.id, name: "Ben" }],
      });
      expect(await world.writePolicy(STRICT)).toMatchObject({ sessionsShortened: 1, sessionsEnded: 4 });
      expect((await world.store.listActiveUsers(world.accountId, 10)).userCount).toBe(2);
    });

    for (const before of [1, 0, -1])
      test(`agrees with writePolicy ${before} ms before a new deadline`, async (world) => {
        const { session } = await world.signIn();
        world.clock.stall(15 * MINUTE - before);
        const effect = await preview(world, STRICT, session.id);
        expect(effect.callerSessionEnds).toBe(before <= 0);
        const written = await world.writePolicy(STRICT);
        expect(effect).toMatchObject({
          sessions: 1,
          sessionsShortened: written.sessionsShortened,
          sessionsEnded: written.sessionsEnded,
          usersEnded: written.sessionsEnded,
        });
      });

    test("orders people of one name by id", async (world) => {
      const twins = [world.person("Ada", "member"), world.person("Ada", "member")];
      for (const twin of twins.toReversed()) await world.signIn({ user: twin });
      world.clock.stall(15 * MINUTE);
      expect((await preview(world)).usersEndedFirst.map((user) => user.userId)).toEqual(
        twins.map((twin) => twin.id).sort(),
      );
    });

    test("does not take a session of another account, or an ended one, for the caller's", async (world) => {
      const away = await world.elsewhere().signIn();
      const gone = await world.signIn();
      await world.revokeUser(gone.user.id);
      await world.signIn();
      world.clock.stall(15 * MINUTE);
      for (const { session } of [away, gone])
        expect((await preview(world, STRICT, session.id)).callerSessionEnds).toBe(false);
    });
  });
}
