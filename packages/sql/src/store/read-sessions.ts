import type { SessionSnapshot } from "@curfew/core";
import { type InferResult, sql } from "kysely";
import { all, clock, first, fixed, type Gather, lastly, type Slots, together, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { withoutDevice } from "./deleted-user.js";
import { JOINED_USER_COLUMNS, SESSION_COLUMNS, toAccountState, toJoinedUser, toSession } from "./rows.js";
import { accountSignOut, limitColumns } from "./session-state.js";

/** Selects sessions, live or ended, with all that decides about them. */
export const selectSnapshots = ({ queries }: Pick<StoreContext, "queries">) =>
  queries
    .selectFrom("curfew_sessions")
    .innerJoin("curfew_accounts as a", "a.id", "curfew_sessions.account_id")
    .innerJoin("curfew_users as u", (join) =>
      join
        .onRef("u.account_id", "=", "curfew_sessions.account_id")
        .onRef("u.id", "=", "curfew_sessions.user_id"),
    )
    .select(SESSION_COLUMNS.map((column) => `curfew_sessions.${column}` as const))
    .select(limitColumns("curfew_sessions"))
    .select(JOINED_USER_COLUMNS)
    .select(["a.epoch", "a.policy_version", "a.applied_policy_version", "u.deleted_at as user_deleted_at"])
    .select([accountSignOut("at").as("sign_out_at"), accountSignOut("reason").as("sign_out_reason")]);

export type SnapshotRow = InferResult<ReturnType<typeof selectSnapshots>>[number];

export function toSnapshot(row: SnapshotRow, now: number): SessionSnapshot {
  const epochEnd =
    row.sign_out_at === null || row.sign_out_reason === null
      ? null
      : { at: row.sign_out_at, reason: row.sign_out_reason };
  // The row of a deleted user's session may still have the devices.
  const session = row.user_deleted_at === null ? toSession(row) : withoutDevice(toSession(row));
  return { session, user: toJoinedUser(row), account: toAccountState(row), epochEnd, now };
}

/** Reads a session, by default as a part of a larger unit. */
export type SessionReader = (
  accountId: string,
  sessionId: string,
  gather?: Gather,
) => Unit<SessionSnapshot | null>;

/** Returns a unit that reads a session in one statement. */
export function createSessionReader(context: StoreContext): SessionReader {
  const statement = fixed((slot: Slots<"accountId" | "sessionId">) =>
    selectSnapshots(context)
      .where("curfew_sessions.account_id", "=", slot<string>("accountId"))
      .where("curfew_sessions.id", "=", slot<string>("sessionId")),
  );
  return function* readSession(accountId, sessionId, gather = together) {
    const [now, row] = yield* gather(clock(), first(statement({ accountId, sessionId })));
    return row === null ? null : toSnapshot(row, now);
  };
}

/** Returns a unit that reads several sessions of an account in one statement. */
export function createSessionsReader(
  context: StoreContext,
): (accountId: string, sessionIds: readonly string[]) => Unit<readonly SessionSnapshot[]> {
  const statement = fixed((slot: Slots<"accountId" | "sessionIds">) =>
    selectSnapshots(context)
      .where("curfew_sessions.account_id", "=", slot<string>("accountId"))
      .where(context.dialect.isAmong(sql.ref("curfew_sessions.id"), slot("sessionIds"))),
  );
  return function* readSessions(accountId, sessionIds) {
    const [now, rows] = yield* lastly(
      clock(),
      all(statement({ accountId, sessionIds: JSON.stringify(sessionIds) })),
    );
    return rows.map((row) => toSnapshot(row, now));
  };
}
