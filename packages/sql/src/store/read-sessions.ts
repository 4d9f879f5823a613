import type { ListSessionsInput, SessionPage, SessionSnapshot } from "@curfew/core";
import { type InferResult, sql } from "kysely";
import { all, clock, first, fixed, type Gather, lastly, type Slots, together, type Unit } from "../unit.js";
import { readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { JOINED_USER_COLUMNS, SESSION_COLUMNS, toAccountState, toJoinedUser, toSession } from "./rows.js";
import { accountSignOut, isLive, limitColumns } from "./session-state.js";

/** Selects sessions, live or ended, with all that decides about them. */
const selectSnapshots = ({ queries }: Pick<StoreContext, "queries">) =>
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
    .select(["a.epoch", "a.policy_version", "a.applied_policy_version"])
    .select([accountSignOut("at").as("sign_out_at"), accountSignOut("reason").as("sign_out_reason")]);

type SnapshotRow = InferResult<ReturnType<typeof selectSnapshots>>[number];

function toSnapshot(row: SnapshotRow, now: number): SessionSnapshot {
  const epochEnd =
    row.sign_out_at === null || row.sign_out_reason === null
      ? null
      : { at: row.sign_out_at, reason: row.sign_out_reason };
  return { session: toSession(row), user: toJoinedUser(row), account: toAccountState(row), epochEnd, now };
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

/** Lists a page of an account's live sessions, most recent activity first. */
export function* listSessions(context: StoreContext, input: ListSessionsInput): Unit<SessionPage> {
  const [now, account] = yield* together(clock(), readAccount(context, input.accountId));
  const { after, userId } = input;
  let query = context.queries
    .selectFrom("curfew_sessions as s")
    .innerJoin("curfew_users as u", (join) =>
      join.onRef("u.account_id", "=", "s.account_id").onRef("u.id", "=", "s.user_id"),
    )
    .select(SESSION_COLUMNS.map((column) => `s.${column}` as const))
    .select(limitColumns("s"))
    .select(["u.name as user_name", "u.email as user_email"])
    .where("s.account_id", "=", input.accountId)
    .where(isLive(account, now))
    .orderBy("s.last_active_at", "desc")
    .orderBy("s.id", "desc")
    .limit(input.limit + 1);
  if (userId !== undefined) query = query.where("s.user_id", "=", userId);
  if (after !== null)
    query = query.where(sql<boolean>`(s.last_active_at, s.id) < (${after.lastActiveAt}, ${after.id})`);

  const [rows] = yield* lastly(all(query));
  const items = rows.slice(0, input.limit).map((row) => ({
    session: toSession(row),
    user: { id: row.user_id, name: row.user_name, email: row.user_email },
  }));
  const last = rows.length > input.limit ? items.at(-1)?.session : undefined;
  return { items, next: last === undefined ? null : { lastActiveAt: last.lastActiveAt, id: last.id } };
}
