import type { SweepInput, SweepOutcome } from "../../src/store.js";
import type { Suite } from "./suite.js";
import { DAY, eventOf, HOUR, MINUTE, type World } from "./world.js";

const SHORT = { idleMinutes: 10, absoluteMinutes: 30 };

const KEEP: SweepInput = {
  batch: 100,
  endedRetentionMs: 30 * DAY,
  feedRetentionMs: HOUR,
  auditRetentionMs: 365 * DAY,
};

/** More calls than any backlog of a test needs. */
const MOST_CALLS = 100;

/** `sweep`: writes down what is over, forgets what is too old, a little at a time. */
export function describeSweep<Extra>({ describe, test, testFaults, expect }: Suite<Extra>): void {
  /** Sweeps until there is no more to do; what each call did. */
  async function sweepAll(world: World<Extra>, input: Partial<SweepInput> = {}): Promise<SweepOutcome[]> {
    const outcomes: SweepOutcome[] = [];
    for (let call = 0; call < MOST_CALLS; call++) {
      const outcome = await world.store.sweep({ ...KEEP, ...input });
      outcomes.push(outcome);
      if (!outcome.more) return outcomes;
    }
    throw new Error("the sweep has no end");
  }

  const sum = (outcomes: SweepOutcome[], what: "expired" | "closed" | "deleted"): number =>
    outcomes.reduce((total, outcome) => total + outcome[what], 0);

  describe("sweep of what expired", () => {
    test("writes the end of each session whose deadline passed, at the deadline, once", async (world) => {
      const idle = await world.signIn({ limits: SHORT });
      const absolute = await world.signIn({ limits: { idleMinutes: 20, absoluteMinutes: 20 } });
      const live = await world.signIn();
      world.clock.stall(30 * MINUTE);
      expect(sum(await sweepAll(world), "expired")).toBe(2);
      expect(await world.session(idle.session)).toMatchObject({
        endReason: "idle",
        endedAt: idle.session.idleExpiresAt,
      });
      expect(await world.session(absolute.session)).toMatchObject({
        endReason: "absolute",
        endedAt: absolute.session.absoluteExpiresAt,
      });
      expect(await world.session(live.session)).toEqual(live.session);
      expect(await world.trail("session.expired")).toEqual([
        { type: "session.expired", sessionId: absolute.session.id, at: absolute.session.absoluteExpiresAt },
        { type: "session.expired", sessionId: idle.session.id, at: idle.session.idleExpiresAt },
      ]);
      expect(sum(await sweepAll(world), "expired")).toBe(0);
      expect((await world.trail("session.expired")).length).toBe(2);
    });

    for (const after of [-1, 0, 1])
      test(`${after} ms after a deadline writes ${after < 0 ? "nothing" : "the end"}`, async (world) => {
        const { session } = await world.signIn({ limits: SHORT });
        world.clock.stall(10 * MINUTE + after);
        expect(sum(await sweepAll(world), "expired")).toBe(after < 0 ? 0 : 1);
        expect((await world.session(session)).endedAt).toBe(after < 0 ? null : session.idleExpiresAt);
      });

    test("goes by small batches and says whether there is more", async (world) => {
      for (let count = 0; count < 5; count++) await world.signIn({ limits: SHORT });
      const other = world.elsewhere();
      await other.signIn({ limits: SHORT });
      world.clock.stall(10 * MINUTE);
      const outcomes = await sweepAll(world, { batch: 2 });
      expect(outcomes.every((outcome) => outcome.expired <= 2)).toBe(true);
      expect(sum(outcomes, "expired")).toBe(6);
      expect(outcomes[0]?.more).toBe(true);
      expect((await world.trail("session.expired")).length).toBe(5);
      expect((await other.trail("session.expired")).length).toBe(1);
    });

    test("by two sweepers at once writes each end once", async (world) => {
      for (let count = 0; count < 5; count++) await world.signIn({ limits: SHORT });
      world.clock.stall(10 * MINUTE);
      const outcomes = await Promise.all([sweepAll(world, { batch: 2 }), sweepAll(world, { batch: 2 })]);
      // Each passes over what the other is at: both may end with some left, which is the next sweep's.
      const rest = await sweepAll(world, { batch: 2 });
      expect(sum([...outcomes.flat(), ...rest], "expired")).toBe(5);
      expect((await world.trail("session.expired")).length).toBe(5);
    });
  });

  describe("sweep of what was signed out with its account", () => {
    test("closes each row with the reason and the moment of its sign-out", async (world) => {
      const first = await world.signIn();
      world.clock.stall(5);
      const one = await world.revokeAccount("revoked_by_owner");
      const second = await world.signIn();
      world.clock.stall(5);
      const two = await world.revokeAccount("password_changed");
      const live = await world.signIn();
      world.clock.stall(MINUTE);
      expect(sum(await sweepAll(world), "closed")).toBe(2);
      expect(await world.session(first.session)).toMatchObject({
        endReason: "revoked_by_owner",
        endedAt: one.now,
      });
      expect(await world.session(second.session)).toMatchObject({
        endReason: "password_changed",
        endedAt: two.now,
      });
      expect(await world.session(live.session)).toEqual(live.session);
      expect(await world.trail("session.expired")).toEqual([]);
    });

    test("never closes the session that was spared", async (world) => {
      const mine = await world.signIn();
      const other = await world.signIn();
      await world.revokeAccount("revoked_by_owner", mine.session);
      expect(sum(await sweepAll(world), "closed")).toBe(1);
      expect(await world.fate(mine.session)).toEqual({ state: "live" });
      expect(await world.session(other.session)).toMatchObject({ endReason: "revoked_by_owner" });
    });

    test("closes as expired what had expired before the sign-out", async (world) => {
      const { session } = await world.signIn({ limits: SHORT });
      world.clock.stall(11 * MINUTE);
      await world.revokeAccount();
      await sweepAll(world);
      expect(await world.session(session)).toMatchObject({
        endReason: "idle",
        endedAt: session.idleExpiresAt,
      });
      expect((await world.trail("session.expired")).length).toBe(1);
    });

    test("tells the two apart where one call closes both", async (world) => {
      await world.signIn({ limits: SHORT });
      world.clock.stall(11 * MINUTE);
      await world.signIn();
      await world.signIn();
      await world.revokeAccount();
      expect(await world.store.sweep(KEEP)).toMatchObject({ expired: 1, closed: 2, deleted: 0, more: false });
    });

    test("closes as revoked what would have expired since", async (world) => {
      const { session } = await world.signIn({ limits: SHORT });
      world.clock.stall(9 * MINUTE);
      const { now } = await world.revokeAccount();
      world.clock.stall(HOUR);
      await sweepAll(world);
      expect(await world.session(session)).toMatchObject({ endReason: "revoked_by_owner", endedAt: now });
      expect(await world.trail("session.expired")).toEqual([]);
    });

    test("goes by small batches, and what is not yet closed is ended all the same", async (world) => {
      const sessions = [];
      for (let count = 0; count < 5; count++) sessions.push((await world.signIn()).session);
      const { now } = await world.revokeAccount();
      const first = await world.store.sweep({ ...KEEP, batch: 2 });
      expect(first).toMatchObject({ closed: 2, more: true });
      for (const session of sessions)
        expect(await world.fate(session)).toEqual({
          state: "revoked",
          reason: "revoked_by_owner",
          endedAt: now,
        });
      expect(await world.listed()).toEqual([]);
      expect(sum(await sweepAll(world, { batch: 2 }), "closed")).toBe(3);
    });

    test("changes no verdict", async (world) => {
      const born = await world.store.readSignIn(world.accountId, world.id());
      const one = await world.signIn();
      const mine = await world.signIn();
      await world.revokeAccount("revoked_by_owner", mine.session);
      const dead = await world.signIn({ prepared: { ...born, user: one.user }, user: one.user });
      const short = await world.signIn({ limits: SHORT });
      world.clock.stall(10 * MINUTE);
      const fates = async () =>
        Promise.all([one, mine, dead, short].map(({ session }) => world.fate(session)));
      const before = await fates();
      await sweepAll(world, { batch: 1 });
      expect(await fates()).toEqual(before);
      expect(before.map((fate) => fate?.state)).toEqual(["revoked", "live", "revoked", "expired"]);
    });
  });

  describe("sweep of what is too old", () => {
    const remembers = async (world: World<Extra>, id: string): Promise<boolean> =>
      (await world.store.readSession(world.accountId, id)) !== null;

    test("keeps an ended session for its time, however it ended, and then forgets it", async (world) => {
      const revoked = await world.signIn();
      await world.revokeUser(revoked.user.id);
      const everybody = await world.signIn();
      await world.revokeAccount();
      await sweepAll(world);
      world.clock.stall(30 * DAY - 1);
      await sweepAll(world);
      expect(await world.fate(revoked.session)).toMatchObject({ reason: "revoked_by_owner" });
      expect(await world.fate(everybody.session)).toMatchObject({ reason: "revoked_by_owner" });
      world.clock.stall(2);
      expect(sum(await sweepAll(world), "deleted") >= 2).toBe(true);
      expect(await remembers(world, revoked.session.id)).toBe(false);
      expect(await remembers(world, everybody.session.id)).toBe(false);
    });

    test("counts an expired one from its deadline, noticed or not", async (world) => {
      const { session } = await world.signIn({ limits: SHORT });
      world.clock.stall(10 * MINUTE + 30 * DAY - 1);
      await sweepAll(world);
      expect(await world.fate(session)).toMatchObject({ state: "expired", reason: "idle" });
      world.clock.stall(2);
      await sweepAll(world);
      expect(await remembers(world, session.id)).toBe(false);
    });

    test("never forgets a live session, however old", async (world) => {
      const { session } = await world.signIn({ limits: { idleMinutes: 129_600, absoluteMinutes: 129_600 } });
      await world.revokeAccount("revoked_by_owner", session);
      world.clock.stall(60 * DAY);
      await sweepAll(world);
      expect(await world.fate(session)).toEqual({ state: "live" });
      expect(await world.refresh(session)).toMatchObject({ account: { epoch: 1 } });
    });

    test("forgets nothing that keeps a session ended: what was never swept in time stays over", async (world) => {
      const long = { idleMinutes: 129_600, absoluteMinutes: 129_600 };
      const { session } = await world.signIn({ limits: long });
      await world.revokeAccount();
      world.clock.stall(31 * DAY);
      await sweepAll(world, { batch: 1 });
      expect((await world.fate(session))?.state === "live").toBe(false);
      expect(await world.refresh(session)).toBe(null);
      expect(await world.listed()).toEqual([]);
    });

    test("keeps the reason of a sign-out for who was checked before it and comes after the sweep", async (world) => {
      const user = world.person();
      const prepared = await world.store.readSignIn(world.accountId, user.id);
      const { now } = await world.revokeAccount("password_changed");
      world.clock.stall(MINUTE);
      await sweepAll(world);
      const { session } = await world.signIn({ user, prepared });
      expect(await world.fate(session)).toEqual({
        state: "revoked",
        reason: "password_changed",
        endedAt: now,
      });
    });

    test("keeps the numbers of an account and its users for good", async (world) => {
      const { user } = await world.signIn();
      await world.revokeUser(user.id);
      await world.revokeAccount();
      await world.writePolicy({ idleMinutes: 15, absoluteMinutes: 720 });
      const read = () => world.store.readSignIn(world.accountId, user.id);
      const before = await read();
      world.clock.stall(400 * DAY);
      await sweepAll(world);
      expect(await read()).toEqual(before);
    });

    test("keeps the audit trail its own time, and then forgets it", async (world) => {
      await world.store.recordEvent(world.accountId, eventOf("account.created"));
      world.clock.stall(365 * DAY - 1);
      await sweepAll(world);
      expect((await world.trail()).length).toBe(1);
      world.clock.stall(2);
      await sweepAll(world);
      expect(await world.trail()).toEqual([]);
    });

    test("keeps the feed its own time, and then forgets it", async (world) => {
      await world.revokeAccount();
      world.clock.stall(HOUR - 1);
      await sweepAll(world);
      expect((await world.feed()).length).toBe(1);
      world.clock.stall(2);
      await sweepAll(world);
      expect(await world.feed()).toEqual([]);
    });

    test("forgets by small batches too", async (world) => {
      const { user } = await world.signIn();
      for (let count = 0; count < 4; count++) await world.signIn({ user });
      await world.revokeUser(user.id);
      world.clock.stall(30 * DAY + 1);
      const first = await world.store.sweep({ ...KEEP, batch: 2 });
      expect(first.more).toBe(true);
      await sweepAll(world, { batch: 2 });
      const { items } = await world.store.listEvents({ accountId: world.accountId, limit: 100, after: null });
      const ids = items.filter((item) => item.type === "user.signed_in").map((item) => item.sessionId ?? "");
      expect(ids.length).toBe(5);
      for (const id of ids) expect(await remembers(world, id)).toBe(false);
    });
  });

  testFaults("sweep leaves nothing behind a fault, wherever it strikes", async (world) => {
    await world.signIn({ limits: SHORT });
    await world.signIn();
    await world.revokeAccount();
    await world.signIn({ limits: SHORT });
    world.clock.stall(10 * MINUTE);
    return () => world.store.sweep(KEEP);
  });
}
