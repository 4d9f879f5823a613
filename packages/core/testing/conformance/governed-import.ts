import type { Suite } from "./suite.js";
import { DAY, HOUR, MINUTE, NO_ACTOR } from "./test-context.js";

/** `importSessions`. */
export function describeImport({ describe, test, testFaults, expect }: Suite): void {
  test("readImport reads the policy with the sessions and users that are there, live and ended", async (context) => {
    const other = await context.otherAccount().adopt();
    const live = await context.adopt();
    const ended = await context.adopt();
    await context.revokeUser(ended.user.id);
    await context.writePolicy(null, { idleMinutes: 45, absoluteMinutes: null });
    const read = (sessionIds: readonly string[], userIds: readonly string[]) =>
      context.store.readImport({ accountId: context.accountId, sessionIds, userIds });
    const of = (...started: readonly (typeof live)[]) =>
      read(
        started.map(({ session }) => session.id),
        started.map(({ user }) => user.id),
      );
    const { override, version, sessions, users, now } = await of(ended, live, other);
    expect({ override, version, now }).toEqual(await context.store.readPolicy(context.accountId));
    const expected = await context.store.readSessions(context.accountId, [live.session.id, ended.session.id]);
    const bySessionId = (snapshots: typeof sessions) =>
      snapshots.toSorted((a, b) => (a.session.id < b.session.id ? -1 : 1));
    expect(bySessionId(sessions)).toEqual(bySessionId(expected));
    expect(sessions.length).toBe(2);
    expect(new Set(users.map((user) => user.id))).toEqual(new Set([live.user.id, ended.user.id]));
    expect(users.find((user) => user.id === live.user.id)).toEqual(live.user);
    expect(await read([], [])).toEqual({ override, version, sessions: [], users: [], now });
  });

  describe("importSessions", () => {
    test("starts live sessions, stores ended ones with their end, and counts both and those that were there", async (context) => {
      const now = context.clock.now();
      const signedOut = context.newUser();
      await context.revokeUser(signedOut.id);
      context.clock.stall(MINUTE);
      const known = await context.adopt();
      const live = context.imported({ times: { startedAt: now - HOUR, authenticatedAt: now } });
      const expired = context.imported({ times: { startedAt: now - 2 * DAY } });
      const revoked = context.imported({ user: signedOut, times: { startedAt: now - HOUR } });
      const again = context.imported({ sessionId: known.session.id, user: { ...known.user } });
      const outcome = await context.importSessions([live, expired, again, revoked]);
      expect(outcome).toEqual({
        kind: "imported",
        opened: 1,
        ended: 2,
        known: 1,
        feed: [],
        now: now + MINUTE,
      });
      expect(await context.readSession({ id: live.sessionId })).toMatchObject({
        isGoverned: true,
        userId: live.user.id,
        startedAt: now - HOUR,
        authenticatedAt: now,
        lastActiveAt: now + MINUTE,
        idleExpiresAt: now + MINUTE + HOUR,
        absoluteExpiresAt: now + 23 * HOUR,
        endedAt: null,
      });
      expect(await context.fate({ id: expired.sessionId })).toEqual({
        state: "expired",
        reason: "absolute",
        endedAt: now - DAY,
      });
      expect(await context.fate({ id: revoked.sessionId })).toEqual({
        state: "revoked",
        reason: "revoked_by_owner",
        endedAt: now,
      });
      expect(await context.readSession(known.session)).toEqual(known.session);
      expect((await context.store.listActiveUsers(context.accountId, 10)).sessionCount).toBe(2);
    });

    test("records one event with the counts, and one for each expiry", async (context) => {
      const now = context.clock.now();
      const expired = context.imported({ times: { startedAt: now - 2 * DAY } });
      await context.importSessions([context.imported(), expired, context.imported()], {
        event: { type: "sessions.imported", details: { source: "old cookies" } },
      });
      expect((await context.latestEvent("sessions.imported")).details).toEqual({
        source: "old cookies",
        opened: 2,
        ended: 1,
        known: 0,
      });
      expect(await context.auditTrail()).toEqual([
        { type: "sessions.imported", sessionId: null, at: now },
        { type: "session.expired", sessionId: expired.sessionId, at: now - DAY },
      ]);
    });

    test("done again finds all sessions known and changes none", async (context) => {
      const now = context.clock.now();
      const sessions = [context.imported(), context.imported({ times: { startedAt: now - 2 * DAY } })];
      await context.importSessions(sessions);
      const before = await context.snapshot();
      const renamed = sessions.map((session) => ({ ...session, user: { ...session.user, name: "X" } }));
      expect(await context.importSessions(renamed)).toMatchObject({ opened: 0, ended: 0, known: 2 });
      const after = await context.snapshot();
      expect(after).toEqual({ ...before, events: after.events });
      expect(after.events.length).toBe(before.events.length + 1);
    });

    test("takes one session that is named twice once", async (context) => {
      const session = context.imported();
      expect(await context.importSessions([session, session])).toMatchObject({ opened: 1, known: 1 });
    });

    test("stores each user as the last of their live sessions has them, with the latest sign-in", async (context) => {
      const now = context.clock.now();
      const user = context.newUser("Ada", "member");
      const session = (name: string, startedAt: number) =>
        context.imported({ user: { ...user, name }, times: { startedAt } });
      await context.importSessions([
        session("First", now - HOUR),
        session("Second", now - 2 * HOUR),
        session("Old", now - 2 * DAY),
      ]);
      expect(await context.store.readUser(context.accountId, user.id)).toEqual({
        accountId: context.accountId,
        ...user,
        name: "Second",
        disabled: false,
        lastLoginAt: now - HOUR,
        epoch: 0,
        roleEpoch: 0,
      });
    });

    test("keeps a later sign-in of a user", async (context) => {
      const { user } = await context.signIn();
      const { id, name, email, role } = user;
      const times = { startedAt: context.clock.now() - HOUR };
      await context.importSessions([context.imported({ user: { id, name, email, role }, times })]);
      expect(await context.store.readUser(context.accountId, id)).toEqual(user);
    });

    test("takes a new role as a sign-in does", async (context) => {
      const { user } = await context.signIn();
      const { id, name, email } = user;
      const outcome = await context.importSessions([
        context.imported({ user: { id, name, email, role: "member" } }),
      ]);
      if (outcome.kind !== "imported") throw new Error(outcome.kind);
      expect(outcome.feed).toEqual(await context.feedRows());
      expect(outcome.feed).toMatchObject([{ scope: "role", userId: id, epoch: 1 }]);
      expect(await context.store.readUser(context.accountId, id)).toMatchObject({
        role: "member",
        roleEpoch: 1,
      });
    });

    test("takes a known user's new name and e-mail, and tells the feed nothing", async (context) => {
      const { user } = await context.signIn();
      const { id, role } = user;
      const renamed = { id, name: "Ada L.", email: "al@example.test", role };
      const outcome = await context.importSessions([context.imported({ user: renamed })]);
      expect(outcome).toMatchObject({ kind: "imported", feed: [] });
      expect(await context.feedRows()).toEqual([]);
      expect(await context.store.readUser(context.accountId, id)).toMatchObject({ ...renamed, epoch: 0 });
    });

    test("ends no session, however many the user has", async (context) => {
      const user = context.newUser();
      await context.importSessions(Array.from({ length: 150 }, () => context.imported({ user })));
      expect((await context.liveSessionIds(user.id)).length).toBe(150);
    });

    test("refuses all of them for one of a disabled user, and says which", async (context) => {
      await context.signIn();
      const { user } = await context.signIn();
      const update = { accountId: context.accountId, userId: user.id, actor: NO_ACTOR };
      await context.store.updateUser({ ...update, changes: { disabled: true } });
      const before = await context.snapshot();
      const { id, name, email, role } = user;
      const disabled = context.imported({ user: { id, name, email, role } });
      expect(await context.importSessions([context.imported(), disabled, context.imported()])).toEqual({
        kind: "user_disabled",
        index: 1,
      });
      expect(await context.snapshot()).toEqual(before);
    });

    test("refuses all of them for one that is there with another user, and says which", async (context) => {
      const { session } = await context.adopt();
      const before = await context.snapshot();
      const another = context.imported({ sessionId: session.id });
      expect(await context.importSessions([context.imported(), another])).toEqual({
        kind: "another_user",
        index: 1,
      });
      const twice = context.imported();
      expect(await context.importSessions([twice, { ...another, sessionId: twice.sessionId }])).toEqual({
        kind: "another_user",
        index: 1,
      });
      expect(await context.snapshot()).toEqual(before);
    });

    test("counts a session that is over as known, also if the row names another user", async (context) => {
      const { session } = await context.adopt();
      context.clock.stall(HOUR);
      const another = context.imported({ sessionId: session.id });
      expect(await context.importSessions([another])).toMatchObject({
        kind: "imported",
        opened: 0,
        known: 1,
      });
    });

    test("answers policy_moved if the policy has changed, and writes nothing", async (context) => {
      await context.writePolicy(null);
      const before = await context.snapshot();
      const outcome = await context.importSessions([context.imported()], { expectedPolicyVersion: 1 });
      expect(outcome).toEqual({ kind: "policy_moved" });
      expect(await context.snapshot()).toEqual(before);
    });

    test("called twice at once opens each session once", async (context) => {
      const sessions = Array.from({ length: 10 }, () => context.imported());
      const outcomes = await Promise.all([
        context.importSessions(sessions),
        context.importSessions([...sessions].reverse()),
      ]);
      const opened = outcomes.map((outcome) => (outcome.kind === "imported" ? outcome.opened : -1));
      expect(opened.sort((a, b) => a - b)).toEqual([0, 10]);
      expect((await context.liveSessionIds()).length).toBe(10);
    });

    test("leaves sessions and users of the same ids in another account alone", async (context) => {
      const other = context.otherAccount();
      const session = context.imported();
      const there = await other.adopt({
        sessionId: session.sessionId,
        user: { ...session.user, name: "Zoe" },
      });
      expect(await context.importSessions([session])).toMatchObject({ opened: 1, known: 0 });
      expect(await other.readSession(there.session)).toEqual(there.session);
      expect(await other.store.readUser(other.accountId, there.user.id)).toEqual(there.user);
    });

    for (const swept of [true, false])
      test(`${swept ? "long " : ""}after a deletion stores the user's sessions from before as ended, without the user's data`, async (context) => {
        const { accountId, store, clock } = context;
        await context.signIn();
        const user = { ...context.newUser("Ada", "member"), name: "Ada Lovelace", email: "ada@trace.test" };
        const device = { label: "Trace on Linux", userAgent: "Trace/1.0", ip: "192.0.2.77" };
        const old = await context.signIn({ user });
        clock.stall(HOUR);
        const at = clock.now();
        const deletion = { actor: NO_ACTOR, mustKeepOwner: true, tombstoneMs: 120 * DAY };
        await store.deleteUser({ accountId, userId: user.id, ...deletion });
        if (swept) await context.sweepAll();
        clock.stall(MINUTE);
        const issued = (startedAt: number) => context.imported({ user, device, times: { startedAt } });
        const [before, expired] = [issued(at), issued(at - 2 * DAY)];
        const another = context.imported({ times: { startedAt: at } });
        const counts = { opened: 1, ended: 2, known: 0 };
        expect(await context.importSessions([before, expired, another])).toMatchObject(counts);
        const fate = { state: "revoked", reason: "user_deleted", endedAt: at };
        expect(await context.fate({ id: before.sessionId })).toEqual(fate);
        expect(await context.fate({ id: expired.sessionId })).toMatchObject({ state: "expired" });
        const shown = JSON.stringify(await context.snapshot());
        for (const trace of ["Trace", "Lovelace", "ada@trace.test", device.ip])
          expect([trace, shown.includes(trace)]).toEqual([trace, false]);
        const ownerOf = async (id: string) => (await context.readSession({ id })).userId;
        expect(await ownerOf(another.sessionId)).toBe(another.user.id);
        for (const { sessionId } of [before, expired])
          expect((await ownerOf(sessionId)) === user.id).toBe(false);
        expect(await store.readUser(accountId, user.id)).toBe(null);

        const after = issued(at + 1);
        expect(await context.importSessions([after])).toMatchObject({ opened: 1, ended: 0 });
        await context.sweepAll();
        expect(await context.fate({ id: after.sessionId })).toEqual({ state: "live" });
        expect(await store.readUser(accountId, user.id)).toMatchObject(user);
        expect((await ownerOf(old.session.id)) === user.id).toBe(false);
      });

    test("stores texts as they are", async (context) => {
      const user = { id: 'a"b\\c', name: "Zoë 🦊 ' \" \\ 1", email: "007", role: "member" } as const;
      const device = { label: "1e3", userAgent: "null", ip: "2001:db8::1" };
      const session = context.imported({ user, device });
      await context.importSessions([session]);
      expect((await context.readSession({ id: session.sessionId })).device).toEqual(device);
      expect(await context.store.readUser(context.accountId, user.id)).toMatchObject(user);
    });
  });

  test("a start and an import store half of a surrogate pair as the character in its place", async (context) => {
    const user = { ...context.newUser(), name: "Ada \ud83d", email: "\udd11@example.test" };
    const device = { label: "Fire\ud83d", userAgent: null, ip: null };
    const stored = { name: "Ada \ufffd", email: "\ufffd@example.test" };
    const { session } = await context.adopt({ user, device });
    expect((await context.readSession(session)).device.label).toBe("Fire\ufffd");
    expect(await context.store.readUser(context.accountId, user.id)).toMatchObject(stored);
    const imported = context.imported({ user: { ...user, id: context.newId() }, device });
    await context.importSessions([imported]);
    expect((await context.readSession({ id: imported.sessionId })).device.label).toBe("Fire\ufffd");
    expect(await context.store.readUser(context.accountId, imported.user.id)).toMatchObject(stored);
  });

  testFaults("importSessions writes nothing if any statement fails", async (context) => {
    const { user } = await context.signIn();
    const { id, name, email } = user;
    const sessions = [
      context.imported(),
      context.imported({ times: { startedAt: context.clock.now() - 2 * DAY } }),
      context.imported({ user: { id, name, email, role: "member" } }),
    ];
    return () => context.importSessions(sessions);
  });
}
