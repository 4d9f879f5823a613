import { sql } from "kysely";
import { first, raw, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { removeDeletedAccount } from "./delete-account.js";
import { eraseAnyUser } from "./erase-users.js";

/** What a batch has done. */
export interface SweptDeletions {
  readonly deleted: number;
  readonly more: boolean;
  /** Whether the last row of a deleted account or user has gone. */
  readonly isComplete: boolean;
}

/** Whether rows of a deleted account or user are left; nearly always not. */
export function* findDeletion({ queries }: StoreContext): Unit<boolean> {
  const found = yield* first(
    raw(
      queries,
      sql<{
        found: number;
      }>`SELECT CASE WHEN EXISTS (SELECT 1 FROM curfew_accounts WHERE deleted_at IS NOT NULL)
        OR (SELECT account_id FROM curfew_deletions ORDER BY account_id, user_id LIMIT 1) IS NOT NULL THEN 1 ELSE 0 END AS found`,
    ),
  );
  return found?.found === 1;
}

/**
 * Removes at most `batch` rows of a deleted account, and takes a deleted user out of rows, in a transaction of its own: what it
 * holds, no other part of a sweep waits for.
 */
export function* sweepDeletions(context: StoreContext, batch: number): Unit<SweptDeletions> {
  const erased = yield* eraseAnyUser(context, batch);
  const removed = yield* removeDeletedAccount(context, batch);
  return {
    deleted: removed.removed,
    more: erased.more || removed.more,
    isComplete: erased.isComplete || removed.isComplete,
  };
}
