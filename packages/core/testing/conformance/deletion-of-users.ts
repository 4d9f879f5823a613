import type { DeleteUserInput } from "../../src/store-deletion.js";
import type { HostTimes } from "../../src/store-governed.js";
import type { Suite } from "./suite.js";
import { DAY, eventOf, HOUR, MINUTE, NO_ACTOR, type StoreTestContext } from "./test-context.js";

const TOMBSTONE_MS = 120 * DAY;

const TRACES = ["Ada Lovelace", "ada@trace.test", "192.0.2.77", "Trace/1.0", "Trace on Linux"];

const DEVICE = { label: "Trace on Linux", userAgent: "Trace/1.0", ip: "192.0.2.77" };

export const deleteUser = (
  context: StoreTestContext,
  userId: string,
  changes: Partial<DeleteUserInput> = {},
) =>
  context.store.deleteUser({
    accountId: context.accountId,
    userId,
    actor: NO_ACTOR,
    mustKeepOwner: true,
    tombstoneMs: TOMBSTONE_MS,
    ...changes,
  });

/** The times of a session that its host issued at a moment. */
export const issuedAt = (startedAt: number): HostTimes => ({
  startedAt,
  authenticatedAt: startedAt,
  lastActiveAt: null,
  absoluteFrom: null,
  notAfter: null,
});

/** Everything that the port shows of the account and of some sessions. */
export async function shown(context: StoreTestContext): Promise<string> {
  return JSON.stringify({
    ...(await context.snapshot()),
    active: await context.store.listActiveUsers(context.accountId, 100),
    sessions: await context.store.listSessions({ accountId: context.accountId, limit: 100, after: null }),
  });
}

/** `deleteUser`: ends the user's sessions and takes everything that tells who they were out of sight, then out of every row. */
export function describeUserDeletion({ describe, test, testFaults, expect }: Suite): void {
  /** Signs in an owner, and a user with the data of `TRACES`, whose events name them in many ways. */
  async function withTraces(context: StoreTestContext) {
    const owner = await context.signIn();
    const user = { ...context.newUser("Ada", "member"), name: "Ada Lovelace", email: "ada@trace.test" };
    const ended = await context.signIn({ user, device: DEVICE });
    await context.refresh(ended.session, { device: { ...DEVICE, label: "Trace on Linux 2" } });
    await context.store.endSession({
      accountId: context.accountId,
      sessionId: ended.session.id,
      reason: "signed_out",
      event: eventOf("user.signed_out", {
        actorId: user.id,
        sessionId: ended.session.id,
        ip: DEVICE.ip,
        details: { user_id: user.id, device: DEVICE.label },
      }),
    });
    const { session } = await context.signIn({ user, device: DEVICE });
    const record = (details: Record<string, unknown>, changes = {}) =>
      context.store.recordEvent(context.accountId, eventOf("member.invited", { details, ...changes }));
    await record(
      { user_id: user.id, name: user.name, email: user.email, role: "member" },
      { actorId: owner.user.id, ip: "198.51.100.1" },
    );
    await record({ email: "ADA@trace.test" }, { ip: DEVICE.ip });
    await record({ fault: "invalid_proof" }, { sessionId: session.id, ip: DEVICE.ip });
    await record({ people: [{ user_id: user.id, name: "Ada Lovelace", user_agent: DEVICE.userAgent }] });
    return { owner, user, ended: ended.session, session };
  }

  describe("deleteUser", () => {
    test("ends the live sessions, raises the epoch and records it", async (context) => {
      const owner = await context.signIn();
      const { user, session } = await context.signIn({ user: context.newUser("Ben", "member") });
      await context.signIn({ user });
      context.clock.stall(5);
      const now = context.clock.now();
      const actor = { userId: owner.user.id, sessionId: owner.session.id, ip: "192.0.2.7" };
      const outcome = await deleteUser(context, user.id, { actor });
      const feed = await context.feedRows();
      expect(outcome).toEqual({ kind: "deleted", feed, now });
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({
        scope: "user",
        userId: user.id,
        epoch: 1,
        spares: null,
        reason: "user_deleted",
      });
      const fate = { state: "revoked", reason: "user_deleted", endedAt: now };
      expect(await context.fate(session)).toEqual(fate);
      expect(await context.refresh(session)).toBe(null);
      expect(await context.fate(owner.session)).toEqual({ state: "live" });
      const event = await context.latestEvent("member.deleted");
      expect(event).toMatchObject({
        at: now,
        actor: { id: owner.user.id },
        ip: "192.0.2.7",
        details: { count: 2 },
      });
      await context.sweepAll();
      expect(await context.fate(session)).toEqual(fate);
      expect(await context.store.listActiveUsers(context.accountId, 9)).toMatchObject({
        userCount: 1,
        sessionCount: 1,
      });
    });

    test("keeps a session that ended before as it ended", async (context) => {
      await context.signIn();
      const { user, session } = await context.signIn({ user: context.newUser("Ben", "member") });
      const expired = await context.signIn({ user, limits: { idleMinutes: 5, absoluteMinutes: 5 } });
      await context.revokeUser(user.id);
      const next = await context.signIn({ user, limits: { idleMinutes: 5, absoluteMinutes: 5 } });
      context.clock.stall(6 * MINUTE);
      await deleteUser(context, user.id);
      await context.sweepAll();
      expect(await context.fate(session)).toMatchObject({ reason: "revoked_by_owner" });
      expect(await context.fate(expired.session)).toMatchObject({ reason: "revoked_by_owner" });
      expect(await context.fate(next.session)).toMatchObject({
        state: "expired",
        endedAt: next.session.idleExpiresAt,
      });
    });

    test("shows no name, e-mail, address or user agent from the act on", async (context) => {
      const { user } = await withTraces(context);
      const before = await shown(context);
      for (const trace of TRACES) expect([trace, before.includes(trace)]).toEqual([trace, true]);
      await deleteUser(context, user.id);
      const after = (await shown(context)).toLowerCase();
      for (const trace of TRACES)
        expect([trace, after.includes(trace.toLowerCase())]).toEqual([trace, false]);
      expect(await context.store.readUser(context.accountId, user.id)).toBe(null);
      expect((await context.users()).some(({ id }) => id === user.id)).toBe(false);
    });

    test("leaves a deleted user with a new id in every row once it is swept, and nothing else changed", async (context) => {
      const { owner, user, ended } = await withTraces(context);
      const others = await context.signIn({
        user: context.newUser("Cleo", "member"),
        device: { ...DEVICE, ip: "203.0.113.5" },
      });
      const before = await context.snapshot();
      await deleteUser(context, user.id);
      await context.sweepAll(1);
      const after = await context.snapshot();
      const text = JSON.stringify({ ...after, feed: [] });
      expect(text.includes(user.id)).toBe(false);
      const invited = after.events.find(({ details }) => details["role"] === "member");
      expect(invited).toMatchObject({
        actor: { id: owner.user.id },
        ip: "198.51.100.1",
        details: { name: "Deleted user", email: null, role: "member" },
      });
      const newId = String(invited?.details["user_id"]);
      const signOut = after.events.find(({ type }) => type === "user.signed_out");
      expect(signOut).toMatchObject({
        actor: { id: newId, name: "Deleted user", email: "" },
        ip: null,
        details: { user_id: newId, device: null },
      });
      expect(await context.latestEvent("member.deleted")).toMatchObject({ details: { user_id: newId } });
      const snapshot = await context.store.readSession(context.accountId, ended.id);
      expect(snapshot).toMatchObject({
        session: { userId: newId, device: { label: null, userAgent: null, ip: null } },
        user: { id: newId, name: "Deleted user", email: "" },
      });
      expect(await context.store.readUser(context.accountId, newId)).toBe(null);
      const isOther = ({ actor }: { actor: { id: string } | null }) => actor?.id === others.user.id;
      expect(after.events.filter(isOther)).toEqual(before.events.filter(isOther));
      expect(await context.readSession(others.session)).toEqual(others.session);
      expect(after.events.length).toBe(before.events.length + 1);
    });

    test("answers last_owner, unless the host decides on owners", async (context) => {
      const { user } = await context.signIn();
      await context.signIn({ user: context.newUser("Ben", "member") });
      const before = await context.snapshot();
      expect(await deleteUser(context, user.id)).toEqual({ kind: "last_owner" });
      expect(await context.snapshot()).toEqual(before);
      expect(await deleteUser(context, user.id, { mustKeepOwner: false })).toMatchObject({ kind: "deleted" });
      const other = await context.signIn();
      expect(await deleteUser(context, other.user.id)).toEqual({ kind: "last_owner" });
    });

    test("answers not_found for an id that is not known, or not any more, and records only the moment", async (context) => {
      await context.signIn();
      const { user } = await context.signIn({ user: context.newUser("Ben", "member") });
      await deleteUser(context, user.id);
      await context.sweepAll();
      const before = await context.snapshot();
      expect(await deleteUser(context, user.id)).toEqual({ kind: "not_found" });
      expect(await deleteUser(context.otherAccount(), user.id)).toEqual({ kind: "not_found" });
      const unmet = context.newUser("Cleo", "member");
      expect(await deleteUser(context, unmet.id)).toEqual({ kind: "not_found" });
      expect(await context.snapshot()).toEqual(before);
      const startedAt = context.clock.now() - MINUTE;
      const fate = { state: "revoked", reason: "user_deleted", endedAt: context.clock.now() };
      for (const gone of [{ ...context.newUser("Ben", "member"), id: user.id }, unmet])
        expect(await context.startSession({ user: gone, times: issuedAt(startedAt) })).toMatchObject({
          kind: "over",
          fate,
        });
    });

    test("writes nothing if the host's statements throw, and runs none for a user who can't be deleted", async (context) => {
      const owner = await context.signIn();
      const { user } = await context.signIn({ user: context.newUser("Ben", "member") });
      const before = await context.snapshot();
      const deleting = (userId: string) =>
        context.deleteWithFailingStatements.user({
          accountId: context.accountId,
          userId,
          actor: NO_ACTOR,
          mustKeepOwner: true,
          tombstoneMs: TOMBSTONE_MS,
        });
      const result = await deleting(user.id).then(
        () => "deleted",
        () => "threw",
      );
      expect(result).toBe("threw");
      expect(await deleting(owner.user.id)).toEqual({ kind: "last_owner" });
      expect(await deleting(context.newId())).toEqual({ kind: "not_found" });
      expect(await context.snapshot()).toEqual(before);
    });

    test("of an id in an account without rows ends a session for good that was issued before", async (context) => {
      const user = context.newUser("Cleo", "member");
      const at = context.clock.now();
      expect(await deleteUser(context, user.id)).toEqual({ kind: "not_found" });
      const governed = { keepUntil: at + DAY };
      const sessionId = context.newId();
      const open = (startedAt: number) =>
        context.startSession({ user, sessionId, times: issuedAt(startedAt), governed });
      const fate = { state: "revoked", reason: "user_deleted", endedAt: at };
      expect(await open(at - HOUR)).toMatchObject({ kind: "over", fate });
      context.clock.stall(MINUTE);
      expect(await open(at + MINUTE)).toEqual({ kind: "exists" });
      expect(await context.fate({ id: sessionId })).toEqual(fate);
    });

    test("takes a session that was issued at or before it as ended, without its user's data, and a later one", async (context) => {
      await context.signIn();
      const user = { ...context.newUser("Ada", "member"), name: "Ada Lovelace", email: "ada@trace.test" };
      await context.signIn({ user });
      const at = context.clock.now();
      await deleteUser(context, user.id);
      await context.sweepAll();
      const governed = { keepUntil: at + DAY };
      const open = (sessionId: string, startedAt: number) =>
        context.startSession({ user, sessionId, times: issuedAt(startedAt), governed, device: DEVICE });
      const [atOnce, before, after] = [context.newId(), context.newId(), context.newId()];
      context.clock.stall(MINUTE);
      const fate = { state: "revoked", reason: "user_deleted", endedAt: at };
      expect(await open(before, at - HOUR)).toMatchObject({ kind: "over", fate });
      expect(await open(atOnce, at)).toMatchObject({ kind: "over", fate });
      expect(await context.fate({ id: atOnce })).toEqual(fate);
      expect((await shown(context)).includes("Trace")).toBe(false);
      expect((await shown(context)).includes("Lovelace")).toBe(false);
      expect(await context.store.readUser(context.accountId, user.id)).toBe(null);
      expect(await open(before, at - HOUR)).toEqual({ kind: "exists" });
      expect(await open(after, at + 1)).toMatchObject({
        kind: "started",
        user: { id: user.id, name: user.name },
      });
    });

    for (const swept of [true, false])
      test(`lets the same id begin again ${swept ? "" : "at once "}as a new user above the old epochs`, async (context) => {
        await context.signIn();
        const user = context.newUser("Ben", "member");
        const old = await context.signIn({ user, device: DEVICE });
        await context.revokeUser(user.id);
        await context.signIn({ user });
        await deleteUser(context, user.id);
        if (swept) await context.sweepAll();
        const again = await context.signIn({ user: { ...user, name: "Benno" } });
        const rows = await context.feedRows();
        const highest = Math.max(...rows.map((row) => (row.scope === "user" ? row.epoch : 0)));
        expect(again.user.epoch > highest).toBe(true);
        expect(again.user).toMatchObject({ id: user.id, name: "Benno", disabled: false });
        await context.sweepAll();
        expect(await context.fate(again.session)).toEqual({ state: "live" });
        expect(await context.fate(old.session)).toMatchObject({ state: "revoked" });
        expect((await context.readSession(old.session)).userId === user.id).toBe(false);
        expect(await context.store.readUser(context.accountId, user.id)).toEqual(again.user);
        expect(await deleteUser(context, user.id)).toMatchObject({ kind: "deleted" });
        await context.sweepAll();
        const third = await context.signIn({ user });
        expect(third.user.epoch > again.user.epoch + 1).toBe(true);
      });

    test("refuses a sign-in that was prepared before", async (context) => {
      await context.signIn();
      const { user } = await context.signIn({ user: context.newUser("Ben", "member") });
      const prepared = await context.store.readSignIn(context.accountId, user.id);
      await deleteUser(context, user.id);
      expect(await context.startSession({ user, prepared })).toEqual({ kind: "user_moved" });
      expect(await context.startSession({ user, prepared, rechecks: true })).toEqual({ kind: "user_moved" });
    });

    test("is told by its tombstone until that is swept", async (context) => {
      await context.signIn();
      const user = context.newUser("Ben", "member");
      await context.signIn({ user });
      const at = context.clock.now();
      await deleteUser(context, user.id);
      await context.sweepAll();
      context.clock.stall(TOMBSTONE_MS);
      await context.sweepAll();
      const limits = { idleMinutes: 1_000_000, absoluteMinutes: 1_000_000 };
      const open = () => context.startSession({ user, times: issuedAt(at), limits });
      expect(await open()).toMatchObject({ kind: "over", fate: { reason: "user_deleted" } });
      context.clock.stall(1);
      await context.sweepAll();
      expect(await open()).toMatchObject({ kind: "started", user: { epoch: 0 } });
    });

    test("concurrent with a sign-in or a refresh leaves no live session of the deleted user", async (context) => {
      await context.signIn();
      for (let round = 0; round < 10; round++) {
        const { user, session } = await context.signIn({ user: context.newUser("Ben", "member") });
        const prepared = await context.store.readSignIn(context.accountId, user.id);
        await Promise.all([
          context.startSession({ user, prepared }),
          context.refresh(session),
          deleteUser(context, user.id),
          context.store.sweep({
            batch: 1,
            endedRetentionMs: DAY,
            feedRetentionMs: DAY,
            auditRetentionMs: DAY,
          }),
        ]);
        expect(await context.liveSessionIds(user.id)).toEqual([]);
        expect(await context.fate(session)).toMatchObject({ reason: "user_deleted" });
      }
      await context.sweepAll(1);
      expect(await context.store.listActiveUsers(context.accountId, 9)).toMatchObject({
        userCount: 1,
        sessionCount: 1,
      });
    });

    testFaults("writes nothing if any statement fails", async (context) => {
      const { user } = await withTraces(context);
      return () => deleteUser(context, user.id);
    });
  });
}
