import { type SqlBool, sql } from "kysely";
import { all, clock, first, lockAccount, raw, tryLockAccounts, type Unit } from "../unit.js";
import { removeLimit, setLimit, settleRows } from "./account-limit.js";
import { readAccount } from "./accounts.js";
import { closeSessions } from "./close-sessions.js";
import type { StoreContext } from "./context.js";

/** What a batch has done. */
export interface SettledBatch {
  readonly expired: number;
  readonly closed: number;
  /** The rows of all sessions that the limit covers hold it, and the account has no limit any more. */
  readonly isComplete: boolean;
}

const COMPLETE: SettledBatch = { expired: 0, closed: 0, isComplete: true };

/**
 * Writes the limit of an account into the rows of about `batch` open sessions, user by user, and closes those
 * that it has ended. The account must be locked.
 *
 * @param now in milliseconds since the Unix epoch
 */
export function* settleBatch(
  context: StoreContext,
  accountId: string,
  batch: number,
  now: number,
): Unit<SettledBatch> {
  const { limit } = yield* readAccount(context, accountId);
  if (limit === null) return COMPLETE;
  const next = yield* all(
    raw(
      context.queries,
      sql<{ user_id: string }>`SELECT user_id FROM curfew_sessions
        WHERE account_id = ${accountId} AND ended_at IS NULL AND user_id > ${limit.settledTo}
        ORDER BY user_id LIMIT ${sql.lit(batch)}`,
    ),
  );
  const last = next.at(-1)?.user_id;
  let ended = { expired: 0, closed: 0 };
  if (last !== undefined) {
    const users = sql<SqlBool>`user_id > ${limit.settledTo} AND user_id <= ${last}`;
    yield* settleRows(context, accountId, limit, users);
    const overdue = sql<SqlBool>`account_id = ${accountId} AND ${users} AND +idle_expires_at <= ${now}`;
    ended = yield* closeSessions(context, overdue, now);
  }
  const isComplete = last === undefined || next.length < batch;
  if (isComplete) yield* removeLimit(context, accountId);
  else yield* setLimit(context, accountId, { ...limit, settledTo: last });
  return { ...ended, isComplete };
}

/** Runs one batch for an account, which the caller has not locked. */
export function* settleAccount(context: StoreContext, accountId: string, batch: number): Unit<SettledBatch> {
  return yield* settleBatch(context, accountId, batch, yield* lockAccount(accountId));
}

/** Runs one batch for an account with a limit that no other unit has locked. */
export function* settleAny(context: StoreContext, batch: number): Unit<SettledBatch> {
  const limited = yield* first(
    raw(
      context.queries,
      sql<{
        id: string;
      }>`SELECT id FROM curfew_accounts WHERE limit_version IS NOT NULL AND deleted_at IS NULL ORDER BY id LIMIT 1`,
    ),
  );
  if (limited === null || !(yield* tryLockAccounts([limited.id])).has(limited.id)) return COMPLETE;
  return yield* settleBatch(context, limited.id, batch, yield* clock());
}
