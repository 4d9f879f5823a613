import type { Session } from "../../src/session/session.js";
import type { MeetInput } from "../../src/store.js";
import type { Suite } from "./suite.js";
import { DAY, eventOf, HOUR, MINUTE, SHORT_LIMITS, type StoreTestContext } from "./test-context.js";

/** `touchSession` and `meetUser`. */
export function describeGovernedUse({ describe, test, testFaults, expect }: Suite): void {
  const touch = (context: StoreTestContext, session: Pick<Session, "id">, idleForMs = 0) =>
    context.store.touchSession({ accountId: context.accountId, sessionId: session.id, idleForMs });

  const end = (context: StoreTestContext, session: Pick<Session, "id">) =>
    context.store.endSession({
      accountId: context.accountId,
      sessionId: session.id,
      reason: "signed_out",
      event: eventOf("user.signed_out"),
    });

  describe("touchSession", () => {
    test("moves the idle deadline and answers what it stored", async (context) => {
      const { session, user, account } = await context.adopt();
      context.clock.stall(30 * MINUTE);
      const now = context.clock.now();
      const touched = await touch(context, session);
      const moved = { ...session, lastActiveAt: now, idleExpiresAt: now + HOUR };
      expect(touched).toEqual({ session: moved, user, account, now });
      expect(await context.readSession(session)).toEqual(moved);
      expect((await context.auditTrail()).length).toBe(1);
      expect(await context.feedRows()).toEqual([]);
    });

    test("counts from the last use that is reported, and never moves back", async (context) => {
      const { session } = await context.adopt();
      context.clock.stall(30 * MINUTE);
      const now = context.clock.now();
      expect((await touch(context, session, 10 * MINUTE))?.session.idleExpiresAt).toBe(now + 50 * MINUTE);
      expect((await touch(context, session, 20 * MINUTE))?.session.idleExpiresAt).toBe(now + 50 * MINUTE);
    });

    test("never moves a deadline past the absolute one", async (context) => {
      const { session } = await context.adopt({ limits: SHORT_LIMITS });
      for (let minutes = 9; minutes < 30; minutes += 9) {
        context.clock.stall(9 * MINUTE);
        await touch(context, session);
      }
      expect((await context.readSession(session)).idleExpiresAt).toBe(session.absoluteExpiresAt);
    });

    for (const after of [-1, 0, 1])
      test(`${after} ms after a deadline it ${after < 0 ? "moves it" : "answers null"}`, async (context) => {
        const { session } = await context.adopt({ limits: SHORT_LIMITS });
        context.clock.stall(10 * MINUTE + after);
        expect((await touch(context, session)) === null).toBe(after >= 0);
        expect((await context.fate(session))?.state).toBe(after < 0 ? "live" : "expired");
      });

    test("answers null for a session that is not live, and changes nothing", async (context) => {
      const signedOut = await context.adopt();
      await context.revokeAccount();
      context.clock.stall(1);
      const ended = await context.adopt();
      await end(context, ended.session);
      const limited = await context.adopt();
      context.clock.stall(20 * MINUTE);
      await context.writePolicy({ idleMinutes: 20, absoluteMinutes: 1440 });
      const before = await context.snapshot();
      for (const { session } of [signedOut, ended, limited]) expect(await touch(context, session)).toBe(null);
      expect(await touch(context, { id: context.newId() })).toBe(null);
      expect(await context.snapshot()).toEqual(before);
    });

    test("does not reach a session of another account", async (context) => {
      const { session } = await context.adopt();
      const other = context.otherAccount();
      await other.adopt();
      context.clock.stall(MINUTE);
      expect(await touch(other, session)).toBe(null);
      expect(await context.readSession(session)).toEqual(session);
    });

    test("called many times at once gives every caller the same deadline", async (context) => {
      const { session } = await context.adopt();
      context.clock.stall(MINUTE);
      const touched = await Promise.all([1, 2, 3, 4].map(() => touch(context, session)));
      expect(new Set(touched.map((outcome) => outcome?.session.idleExpiresAt)).size).toBe(1);
    });

    test("concurrent with an end leaves the session ended", async (context) => {
      const { session } = await context.adopt();
      context.clock.stall(MINUTE);
      await Promise.all([touch(context, session), end(context, session), touch(context, session)]);
      expect(await context.fate(session)).toMatchObject({ state: "revoked", reason: "signed_out" });
    });
  });

  testFaults("touchSession writes nothing if its statement fails", async (context) => {
    const { session } = await context.adopt();
    context.clock.stall(MINUTE);
    return () => touch(context, session);
  });

  const meet = (context: StoreTestContext, session: Session, changes: Partial<MeetInput> = {}) =>
    context.store.meetUser({
      accountId: context.accountId,
      sessionId: session.id,
      user: { id: session.userId, name: "Ada", email: "ada@example.test", role: "owner" },
      authenticatedAt: null,
      ...changes,
    });

  describe("meetUser", () => {
    const ada = (context: StoreTestContext) => ({
      id: context.newId(),
      name: "Ada",
      email: "ada@example.test",
      role: "owner" as const,
    });

    test("writes nothing where nothing is new", async (context) => {
      const started = await context.adopt({ user: ada(context) });
      const before = await context.snapshot();
      const { session, user, account, now } = started;
      expect(await meet(context, session, { authenticatedAt: session.authenticatedAt })).toEqual({
        kind: "met",
        session,
        user,
        account,
        feed: [],
        now,
      });
      expect(await context.snapshot()).toEqual(before);
    });

    test("takes a new name and e-mail, and touches nothing else", async (context) => {
      const { session, user } = await context.adopt({ user: ada(context) });
      const changed = { ...user, name: "Ada L.", email: "ada.l@example.test" };
      const { id, name, email, role } = changed;
      const outcome = await meet(context, session, { user: { id, name, email, role } });
      expect(outcome).toMatchObject({ kind: "met", session, user: changed, feed: [] });
      expect(await context.store.readUser(context.accountId, id)).toEqual(changed);
      expect(await context.readSession(session)).toEqual(session);
    });

    for (const change of [{ name: "Ada L." }, { email: "ada.l@example.test" }])
      test(`takes a new ${Object.keys(change)[0]} alone`, async (context) => {
        const { session, user } = await context.adopt({ user: ada(context) });
        const { id, name, email, role } = { ...user, ...change };
        await meet(context, session, { user: { id, name, email, role } });
        expect(await context.store.readUser(context.accountId, id)).toEqual({ ...user, ...change });
      });

    test("takes a new role as a sign-in does", async (context) => {
      const { session, user } = await context.adopt({ user: ada(context) });
      context.clock.stall(MINUTE);
      const { id, name, email } = user;
      const outcome = await meet(context, session, { user: { id, name, email, role: "member" } });
      if (outcome.kind !== "met") throw new Error(outcome.kind);
      expect(outcome.user).toMatchObject({ role: "member", epoch: 1, roleEpoch: 1 });
      const rows = await context.feedRows();
      expect(outcome.feed).toEqual(rows);
      expect(rows.map((row) => ({ ...row, sequence: 0 }))).toEqual([
        {
          sequence: 0,
          accountId: context.accountId,
          at: context.clock.now(),
          scope: "role",
          userId: id,
          epoch: 1,
        },
      ]);
      expect((await context.auditTrail()).length).toBe(1);
    });

    test("moves the time of the last proof forward, never back and never past now", async (context) => {
      const { session } = await context.adopt({ user: ada(context) });
      context.clock.stall(HOUR / 2);
      const now = context.clock.now();
      const provenAt = async (authenticatedAt: number) => {
        const outcome = await meet(context, session, { authenticatedAt });
        const stored = (await context.readSession(session)).authenticatedAt;
        expect(outcome).toMatchObject({ kind: "met", session: { authenticatedAt: stored } });
        return stored;
      };
      expect(await provenAt(now - MINUTE)).toBe(now - MINUTE);
      expect(await provenAt(now - 2 * MINUTE)).toBe(now - MINUTE);
      expect(await provenAt(now + DAY)).toBe(now);
    });

    test("answers another_user for a live session of another user, and writes nothing", async (context) => {
      const { session } = await context.adopt({ user: ada(context) });
      const before = await context.snapshot();
      expect(await meet(context, session, { user: context.newUser("Eve") })).toEqual({
        kind: "another_user",
      });
      expect(await context.snapshot()).toEqual(before);
    });

    test("answers not_live for a session that is over, not there or of another account", async (context) => {
      const user = ada(context);
      const expired = await context.adopt({ user, limits: SHORT_LIMITS });
      const ended = await context.adopt({ user });
      await end(context, ended.session);
      context.clock.stall(10 * MINUTE);
      const live = await context.adopt({ user });
      const other = context.otherAccount();
      await other.adopt();
      const before = await context.snapshot();
      const changed = { user: { ...user, name: "X" }, authenticatedAt: context.clock.now() };
      expect(await meet(context, expired.session, changed)).toEqual({ kind: "not_live" });
      expect(await meet(context, ended.session, { user: context.newUser("Eve") })).toEqual({
        kind: "not_live",
      });
      expect(await meet(other, live.session, changed)).toEqual({ kind: "not_live" });
      expect(await meet(context, live.session, { ...changed, sessionId: context.newId() })).toEqual({
        kind: "not_live",
      });
      expect(await context.snapshot()).toEqual(before);
    });

    test("called twice at once changes the role once", async (context) => {
      const { session, user } = await context.adopt({ user: ada(context) });
      const { id, name, email } = user;
      const member = { id, name, email, role: "member" } as const;
      const outcomes = await Promise.all([1, 2].map(() => meet(context, session, { user: member })));
      for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: "met", user: { epoch: 1 } });
      expect((await context.feedRows()).length).toBe(1);
    });
  });

  testFaults("meetUser writes nothing if any statement fails", async (context) => {
    const { session, user } = await context.adopt();
    context.clock.stall(MINUTE);
    const { id, name, email } = user;
    const changes = {
      user: { id, name, email, role: "member" },
      authenticatedAt: context.clock.now(),
    } as const;
    return () => meet(context, session, changes);
  });
}
