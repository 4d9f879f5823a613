import type { DeleteAccountInput, FeedRow } from "@curfew/core";
import { type RawBuilder, sql } from "kysely";
import type { CurfewTables } from "../schema.js";
import { first, lockAccount, raw, run, together, tryLockAccounts, type Unit } from "../unit.js";
import { ensureAccount, readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { writeFeed } from "./feed.js";
import { tombstoneKey, writeTombstone } from "./tombstones.js";
import { endAuthority } from "./users.js";

/** Deletes an account, except for its rows, which `removeDeletedAccount` removes in batches. */
export function* deleteAccount(
  context: StoreContext,
  { accountId, tombstoneMs, alongside }: DeleteAccountInput<() => Unit<void>>,
): Unit<{ feed: readonly FeedRow[]; now: number }> {
  const [now, account] = yield* together(lockAccount(accountId), readAccount(context, accountId));
  if (alongside !== undefined) yield* alongside();
  const { policyVersion } = account.state;
  const epoch = account.state.epoch + 1;
  const reason = "account_deleted";
  yield* endAuthority(context, { accountId, users: { allBut: null }, now });
  // Also for an account without rows: its host may have issued sessions that were never seen.
  yield* ensureAccount(context, accountId, account.state);
  yield* run(
    context.queries
      .updateTable("curfew_accounts")
      .set({ epoch, deleted_at: account.deletedAt ?? now })
      .where("id", "=", accountId),
  );
  yield* run(
    context.queries
      .insertInto("curfew_account_epochs")
      .values({ account_id: accountId, epoch, at: now, reason, spared_session_id: null }),
  );
  const tombstone = { at: now, reason, epoch, policyVersion } as const;
  yield* writeTombstone(context, { accountId, userId: null }, tombstone, now + tombstoneMs);
  const row = yield* writeFeed(context, accountId, now, { scope: "account", epoch, spares: null, reason });
  return { feed: [row], now };
}

/** How much of the account's removal a batch has done. */
export interface RemovedRows {
  readonly removed: number;
  /** Whether rows of the account are left. */
  readonly more: boolean;
  /** Whether the last row has gone. */
  readonly isComplete: boolean;
}

const NOTHING_REMOVED: RemovedRows = { removed: 0, more: false, isComplete: false };

/** The tables with rows of an account, and their keys after it; those that others refer to come last. */
const TABLES = [
  ["curfew_sessions", "id"],
  ["curfew_events", "id"],
  ["curfew_deletions", "user_id"],
  ["curfew_sign_outs", "user_id"],
  ["curfew_account_epochs", "epoch"],
  ["curfew_users", "id"],
] as const satisfies readonly (readonly [keyof CurfewTables, string])[];

/**
 * Removes at most `batch` rows of a deleted account that no other unit has locked. The rows of the feed go by age, so that every
 * process learns of the end.
 */
export function* removeDeletedAccount(context: StoreContext, batch: number): Unit<RemovedRows> {
  const deleted = yield* first(
    raw(
      context.queries,
      sql<{ id: string }>`SELECT id FROM curfew_accounts WHERE deleted_at IS NOT NULL ORDER BY id LIMIT 1`,
    ),
  );
  if (deleted === null || !(yield* tryLockAccounts([deleted.id])).has(deleted.id)) return NOTHING_REMOVED;
  let removed =
    context.removeAccountRows === undefined ? 0 : yield* context.removeAccountRows(deleted.id, batch);
  if (removed >= batch) return { removed, more: true, isComplete: false };
  for (const [table, key] of TABLES) {
    const left = batch - removed;
    const rows = sql`SELECT ${sql.ref(key)} FROM ${sql.table(table)} WHERE account_id = ${deleted.id}
      ORDER BY ${sql.ref(key)} LIMIT ${left}`;
    if (table === "curfew_users") yield* rememberEpochs(context, deleted.id, rows);
    removed += yield* run(
      raw(
        context.queries,
        sql`DELETE FROM ${sql.table(table)} WHERE account_id = ${deleted.id} AND ${sql.ref(key)} IN (${rows})`,
      ),
    );
    if (removed >= batch) return { removed, more: true, isComplete: false };
  }
  // What another unit wrote meanwhile may be in a table that this batch had done before.
  if (removed > 0) return { removed, more: true, isComplete: false };
  yield* run(context.queries.deleteFrom("curfew_accounts").where("id", "=", deleted.id));
  return { removed: 1, more: true, isComplete: true };
}

/** A user of an account with the same id starts above these epochs too: the feed may still have rows of them. */
function* rememberEpochs(context: StoreContext, accountId: string, rows: RawBuilder<unknown>): Unit<void> {
  const { account_hash: accountHash } = tombstoneKey(accountId, null);
  const highest = sql<number>`(SELECT max(epoch) FROM curfew_users WHERE account_id = ${accountId} AND id IN (${rows}))`;
  yield* run(
    raw(
      context.queries,
      sql`UPDATE curfew_tombstones SET epoch = ${context.dialect.greatest(sql`epoch`, sql`coalesce(${highest}, 0)`)}
        WHERE account_hash = ${accountHash} AND user_hash = ''`,
    ),
  );
}
