import type { ImportSnapshot, Store, User } from "@curfew/core";
import { sql } from "kysely";
import { all, clock, lastly, type Unit } from "../unit.js";
import { readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { type SnapshotRow, selectSnapshots, toSnapshot } from "./read-sessions.js";
import { toUser, USER_COLUMNS } from "./rows.js";

/** Reads what decides about an import; see `GovernedStore.readImport`. */
export function* readImport(
  context: StoreContext,
  { accountId, sessionIds, userIds }: Parameters<Store["readImport"]>[0],
): Unit<ImportSnapshot> {
  const [{ override, state }, known, users, now] = yield* lastly(
    readAccount(context, accountId),
    readKnown(context, accountId, sessionIds),
    readUsers(context, accountId, userIds),
    clock(),
  );
  return {
    override,
    version: state.policyVersion,
    sessions: known.map((row) => toSnapshot(row, now)),
    users: [...users.values()],
    now,
  };
}

export function* readKnown(
  context: StoreContext,
  accountId: string,
  sessionIds: readonly string[],
): Unit<readonly SnapshotRow[]> {
  return yield* all(
    selectSnapshots(context)
      .where("curfew_sessions.account_id", "=", accountId)
      .where(context.dialect.isAmong(sql.ref("curfew_sessions.id"), sql`${JSON.stringify(sessionIds)}`)),
  );
}

export function* readUsers(
  { dialect, queries }: StoreContext,
  accountId: string,
  userIds: readonly string[],
): Unit<ReadonlyMap<string, User>> {
  const rows = yield* all(
    queries
      .selectFrom("curfew_users")
      .select(USER_COLUMNS)
      .where("account_id", "=", accountId)
      .where("deleted_at", "is", null)
      .where(dialect.isAmong(sql.ref("id"), sql`${JSON.stringify(userIds)}`)),
  );
  return new Map(rows.map((row) => [row.id, toUser(row)]));
}
