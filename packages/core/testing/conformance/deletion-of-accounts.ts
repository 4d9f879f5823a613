import type { SweepOutcome } from "../../src/store.js";
import { issuedAt } from "./deletion-of-users.js";
import type { Suite } from "./suite.js";
import { DAY, eventOf, HOUR, MINUTE, NO_ACTOR, type StoreTestContext } from "./test-context.js";

const TOMBSTONE_MS = 120 * DAY;

const deleteAccount = (context: StoreTestContext) =>
  context.store.deleteAccount({ accountId: context.accountId, tombstoneMs: TOMBSTONE_MS });

/** Runs one batch that deletes nothing by age. */
const sweepOnce = (context: StoreTestContext, batch: number): Promise<SweepOutcome> =>
  context.store.sweep({
    batch,
    endedRetentionMs: 1000 * DAY,
    feedRetentionMs: 1000 * DAY,
    auditRetentionMs: 1000 * DAY,
  });

/** `deleteAccount`: ends all sessions at once, and removes the rows in batches. */
export function describeAccountDeletion({ describe, test, testFaults, expect }: Suite): void {
  async function withRows(context: StoreTestContext) {
    const owner = await context.signIn();
    const sessions = [owner.session];
    for (let count = 0; count < 4; count++)
      sessions.push((await context.signIn({ user: context.newUser("Ben", "member") })).session);
    await context.revokeUser(owner.user.id);
    await context.writePolicy(null);
    context.clock.stall(5);
    return { owner, sessions };
  }

  describe("deleteAccount", () => {
    test("ends every session, tells the feed, and refuses what comes while the rows go", async (context) => {
      const { owner, sessions } = await withRows(context);
      const prepared = await context.store.readSignIn(context.accountId, owner.user.id);
      const now = context.clock.now();
      const { feed } = await deleteAccount(context);
      expect(feed.length).toBe(1);
      expect(feed[0]).toMatchObject({
        scope: "account",
        epoch: 1,
        spares: null,
        reason: "account_deleted",
        at: now,
      });
      expect((await context.feedRows()).at(-1)).toEqual(feed[0]);
      for (const session of sessions.slice(1)) {
        expect(await context.fate(session)).toEqual({
          state: "revoked",
          reason: "account_deleted",
          endedAt: now,
        });
        expect(await context.refresh(session)).toBe(null);
      }
      expect(await context.store.readAccountTombstone(context.accountId)).toEqual({
        reason: "account_deleted",
        at: now,
        isReplaced: false,
      });
      const moved = { kind: "account_moved", reason: "account_deleted", at: now };
      context.clock.stall(MINUTE);
      expect(await context.startSession()).toEqual(moved);
      expect(await context.startSession({ user: owner.user, prepared })).toEqual(moved);
      expect(
        await context.startSession({ times: issuedAt(now - HOUR), governed: { keepUntil: now + DAY } }),
      ).toEqual(moved);
      await context.store.recordEvent(context.accountId, eventOf("account.created"));
      expect(await context.users()).toEqual([]);
      expect(await context.auditTrail()).toEqual([]);
      expect(await context.liveSessionIds()).toEqual([]);
      expect(await context.store.readUser(context.accountId, owner.user.id)).toBe(null);
      expect(await context.revokeAccount()).toMatchObject({ count: 0, feed: [] });
      const update = {
        accountId: context.accountId,
        userId: owner.user.id,
        changes: { name: "X" },
        actor: NO_ACTOR,
      };
      expect(await context.store.updateUser(update)).toEqual({ kind: "not_found" });
    });

    test("removes every row in batches, but for the feed's and the tombstone", async (context) => {
      const { sessions } = await withRows(context);
      const other = context.otherAccount();
      const kept = await withRows(other);
      const before = await other.snapshot();
      const feed = await context.feedRows();
      const at = context.clock.now();
      await deleteAccount(context);
      const outcomes: SweepOutcome[] = [];
      do outcomes.push(await sweepOnce(context, 2));
      while (outcomes.at(-1)?.more);
      expect(outcomes.length > 5 && outcomes.every(({ deleted }) => deleted <= 3)).toBe(true);
      for (const session of sessions) expect(await context.fate(session)).toBe(null);
      expect((await context.feedRows()).slice(0, -1)).toEqual(feed);
      const tombstone = { reason: "account_deleted", at, isReplaced: false };
      expect(await context.store.readAccountTombstone(context.accountId)).toEqual(tombstone);
      expect(await other.snapshot()).toEqual(before);
      expect(await other.fate(kept.sessions[1] ?? kept.owner.session)).toEqual({ state: "live" });
      expect(await other.store.readAccountTombstone(other.accountId)).toBe(null);
    });

    test("is told by its tombstone until that is swept", async (context) => {
      await withRows(context);
      await deleteAccount(context);
      await context.sweepAll();
      context.clock.stall(TOMBSTONE_MS);
      await context.sweepAll();
      expect(await context.store.readAccountTombstone(context.accountId)).toMatchObject({
        reason: "account_deleted",
      });
      context.clock.stall(1);
      await context.sweepAll();
      expect(await context.store.readAccountTombstone(context.accountId)).toBe(null);
      expect(await context.signIn()).toMatchObject({ account: { epoch: 0, policyVersion: 1 } });
    });

    test("lets the same id begin again above all epochs and versions of the old account and its users", async (context) => {
      const { owner } = await withRows(context);
      for (let count = 0; count < 5; count++) {
        await context.signIn({ user: owner.user });
        await context.revokeUser(owner.user.id);
      }
      const prepared = await context.store.readSignIn(context.accountId, owner.user.id);
      const at = context.clock.now();
      await deleteAccount(context);
      await context.sweepAll(3);
      const { account } = await context.store.readSignIn(context.accountId, "x");
      expect(
        await context.startSession({ user: owner.user, prepared: { ...prepared, account } }),
      ).toMatchObject({ kind: "user_moved" });
      const beforeDeletion = { ...account, epoch: prepared.account.epoch };
      expect(
        await context.startSession({ prepared: { ...prepared, user: null, account: beforeDeletion } }),
      ).toEqual({ kind: "account_moved", reason: "account_deleted", at });
      const over = await context.startSession({
        user: owner.user,
        times: issuedAt(at),
        governed: { keepUntil: at + DAY },
      });
      expect(over).toMatchObject({ kind: "over", fate: { reason: "account_deleted", endedAt: at } });
      expect(await context.users()).toEqual([]);
      context.clock.stall(5);
      const again = await context.signIn({ user: owner.user });
      const rows = await context.feedRows();
      for (const row of rows) {
        if (row.scope === "account") expect(again.account.epoch > row.epoch).toBe(true);
        if (row.scope === "user") expect(again.user.epoch > row.epoch).toBe(true);
        if (row.scope === "policy") expect(again.account.policyVersion > row.version).toBe(true);
      }
      expect(await context.refresh(again.session)).toMatchObject({ session: { generation: 1 } });
      expect(await context.store.readAccountTombstone(context.accountId)).toMatchObject({
        at,
        isReplaced: true,
      });
      expect(await context.startSession({ user: owner.user, times: issuedAt(at) })).toMatchObject({
        kind: "over",
      });
    });

    test("holds for an account without rows, and again for one that is deleted", async (context) => {
      const startedAt = context.clock.now();
      await deleteAccount(context);
      context.clock.stall(5);
      const { feed } = await deleteAccount(context);
      expect(feed[0]).toMatchObject({ epoch: 2 });
      await context.sweepAll();
      const over = await context.startSession({ times: issuedAt(startedAt) });
      expect(over).toMatchObject({ kind: "over", fate: { reason: "account_deleted" } });
    });

    test("is told at each first sight of a session from before, without a row once the account has none", async (context) => {
      const startedAt = context.clock.now();
      await deleteAccount(context);
      await context.sweepAll();
      const input = { sessionId: context.newId(), times: { startedAt } };
      const fate = { state: "revoked", reason: "account_deleted", endedAt: startedAt };
      context.clock.stall(MINUTE);
      for (let sight = 0; sight < 2; sight++)
        expect(await context.firstSight(input)).toMatchObject({ kind: "over", fate });
      expect(await context.fate({ id: input.sessionId })).toBe(null);
      expect(await context.users()).toEqual([]);
    });

    test("concurrent with sign-ins, refreshes, policies, revocations and sweeps leaves nothing behind", async (context) => {
      for (let round = 0; round < 8; round++) {
        const account = context.otherAccount();
        const { owner, sessions } = await withRows(account);
        const prepared = await account.store.readSignIn(account.accountId, owner.user.id);
        await Promise.allSettled([
          account.startSession({ user: owner.user, prepared }),
          ...sessions.map((session) => account.refresh(session)),
          deleteAccount(account),
          account.writePolicy({ idleMinutes: 15, absoluteMinutes: 720 }),
          account.revokeAccount(),
          account.revokeUser(owner.user.id),
          sweepOnce(account, 2),
          sweepOnce(account, 2),
        ]);
        await account.sweepAll(2);
        for (const session of sessions) expect(await account.fate(session)).toBe(null);
        const { users, events } = await account.snapshot();
        expect({ users, events }).toEqual({ users: [], events: [] });
        expect(await account.store.readAccountTombstone(account.accountId)).toMatchObject({
          reason: "account_deleted",
        });
      }
    });

    test("writes nothing if the host's statements throw", async (context) => {
      await withRows(context);
      const before = await context.snapshot();
      const input = { accountId: context.accountId, tombstoneMs: TOMBSTONE_MS };
      const result = await context.deleteWithFailingStatements.account(input).then(
        () => "deleted",
        () => "threw",
      );
      expect(result).toBe("threw");
      expect(await context.snapshot()).toEqual(before);
      expect(await context.store.readAccountTombstone(context.accountId)).toBe(null);
    });

    testFaults("writes nothing if any statement fails", async (context) => {
      await withRows(context);
      return () => deleteAccount(context);
    });
  });
}
