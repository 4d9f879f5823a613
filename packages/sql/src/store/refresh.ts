import { MINUTE_MS, type RefreshedSession, type RefreshInput } from "@curfew/core";
import { type Compilable, type RawBuilder, type Selectable, type SqlBool, sql } from "kysely";
import type { Dialect } from "../database.js";
import type { AccountsTable } from "../schema.js";
import { all, first, fixed, raw, statedClock, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import {
  JOINED_USER_COLUMNS,
  type JoinedUser,
  type LimitRow,
  SESSION_COLUMNS,
  type SessionRow,
  toAccountState,
  toJoinedUser,
  toSession,
} from "./rows.js";
import { isWithinLimitOfAccount, limitColumns } from "./session-state.js";

type AccountStateRow = Pick<Selectable<AccountsTable>, "epoch" | "policy_version" | "applied_policy_version">;

type RefreshedRow = SessionRow & LimitRow & JoinedUser & AccountStateRow & { now: number };

/** The client's token, proof and reported idle time, and the time of the refresh, as SQL expressions. */
interface RefreshExpressions {
  readonly now: RawBuilder<number>;
  /** The generation of the refresh token. */
  readonly generation: RawBuilder<number>;
  readonly provenThumbprint: RawBuilder<string | null>;
  readonly idleForMs: RawBuilder<number>;
  readonly graceMs: RawBuilder<number>;
}

const LIMIT_COLUMNS = sql.join(limitColumns("curfew_sessions"));

/**
 * Builds the parts of `UPDATE curfew_sessions` that decide on a refresh and apply it, see
 * `Store.refreshSession`; each statement adds the match on the row and on the account's epoch.
 * `test/snapshots` has the generated SQL. The unary pluses keep planners to the primary key: on PostgreSQL,
 * the other indexes hold an entry for each refresh since the last vacuum.
 */
function refreshClauses(
  dialect: Dialect,
  { now, generation, provenThumbprint, idleForMs, graceMs }: RefreshExpressions,
): { readonly assignments: RawBuilder<unknown>; readonly isAllowed: RawBuilder<SqlBool> } {
  const column = <Value>(name: string): RawBuilder<Value> => sql`${sql.ref(`curfew_sessions.${name}`)}`;
  const current = column<number>("generation");
  const rotatedAt = column<number | null>("rotated_at");
  const graceStart = sql<number>`(${now} - ${graceMs})`;
  const rotates = sql<boolean>`(${current} = ${generation} AND (${rotatedAt} IS NULL OR ${rotatedAt} <= ${graceStart}))`;
  const lastActiveAt = dialect.greatest(column("last_active_at"), sql`${now} - ${idleForMs}`);
  const idleDeadline = sql`${lastActiveAt} + ${column("idle_minutes")} * ${sql.lit(MINUTE_MS)}`;
  return {
    assignments: sql`
      generation = ${current} + CASE WHEN ${rotates} THEN 1 ELSE 0 END,
      rotated_at = CASE WHEN ${rotates} THEN ${now} ELSE ${rotatedAt} END,
      last_active_at = ${lastActiveAt},
      idle_expires_at = ${dialect.least(idleDeadline, column("absolute_expires_at"))}`,
    isAllowed: sql`(+${column("ended_at")} IS NULL
      AND +${column("idle_expires_at")} > ${now} AND +${column("absolute_expires_at")} > ${now}
      AND ${isWithinLimitOfAccount(dialect, now)}
      AND CASE
        WHEN ${column("key_thumbprint")} IS NOT NULL
          THEN ${column("key_thumbprint")} = ${provenThumbprint} AND ${generation} <= ${current}
        ELSE ${generation} = ${current} OR (${generation} = ${current} - 1 AND ${rotatedAt} > ${graceStart})
      END)`,
  };
}

type SingleValues = RefreshInput & { stated: number | null };

/** Compiles the statement that refreshes one session; its condition is the whole decision. */
export function compileRefresh({
  dialect,
  queries,
}: Pick<StoreContext, "dialect" | "queries">): (values: SingleValues) => Compilable<RefreshedRow> {
  const ofAccount = (column: keyof AccountStateRow) =>
    sql`(SELECT ${sql.ref(column)} FROM curfew_accounts WHERE id = curfew_sessions.account_id)`;
  const ofUser = (column: string) => sql`(
        SELECT ${sql.ref(column)} FROM curfew_users
        WHERE account_id = curfew_sessions.account_id AND id = curfew_sessions.user_id)`;
  return fixed<RefreshedRow, SingleValues>((slot) => {
    const update = (now: RawBuilder<number>) => {
      const { assignments, isAllowed } = refreshClauses(dialect, {
        now,
        generation: slot("generation"),
        provenThumbprint: slot("provenThumbprint"),
        idleForMs: slot("idleForMs"),
        graceMs: slot("graceMs"),
      });
      return sql<RefreshedRow>`
        UPDATE curfew_sessions SET ${assignments}
        WHERE account_id = ${slot("accountId")} AND id = ${slot("sessionId")}
          AND account_epoch = ${ofAccount("epoch")} AND ${isAllowed}
        RETURNING ${sql.join(SESSION_COLUMNS.map((column) => sql.ref(column)))}, ${LIMIT_COLUMNS},
          ${ofAccount("epoch")} AS epoch,
          ${ofAccount("policy_version")} AS policy_version,
          ${ofAccount("applied_policy_version")} AS applied_policy_version,
          ${ofUser("name")} AS user_name, ${ofUser("email")} AS user_email,
          ${ofUser("role")} AS user_role, ${ofUser("disabled")} AS user_disabled,
          ${ofUser("epoch")} AS user_epoch, ${ofUser("role_epoch")} AS user_role_epoch,
          ${ofUser("last_login_at")} AS user_last_login_at, ${now} AS now`;
    };
    return raw(queries, dialect.atMoment(slot("stated"), update));
  });
}

/**
 * Returns a unit that refreshes one session, or answers null if the session is not live or the token is not
 * accepted.
 */
export function createSessionRefresher(
  context: StoreContext,
): (input: RefreshInput) => Unit<RefreshedSession | null> {
  const statement = compileRefresh(context);
  return function* refreshSession(input) {
    const row = yield* first(statement({ ...input, stated: yield* statedClock() }));
    return row === null ? null : toRefreshedSession(row);
  };
}

/** The parameters of a batch: an array for each column of the inputs, with its PostgreSQL element type. */
const BATCH_COLUMNS = {
  accountIds: "text",
  sessionIds: "text",
  generations: "bigint",
  thumbprints: "text",
  idleForMs: "bigint",
  graceMs: "bigint",
} as const;

type BatchValues = Record<keyof typeof BATCH_COLUMNS, readonly unknown[]> & { stated: number | null };

/** A refreshed row with the position of its input, counted from 1. */
type BatchRow = RefreshedRow & { nth: number };

/**
 * Compiles the PostgreSQL statement that refreshes several sessions. It locks the rows that no other
 * transaction holds and skips the others, so that two batches can't deadlock. If a row has changed since the
 * statement began, PostgreSQL evaluates the condition again on the latest version.
 */
export function compileBatchRefresh({
  dialect,
  queries,
}: Pick<StoreContext, "dialect" | "queries">): (values: BatchValues) => Compilable<BatchRow> {
  return fixed<BatchRow, BatchValues>((slot) => {
    const columns = sql.join(
      Object.entries(BATCH_COLUMNS).map(
        ([name, type]) => sql`CAST(${slot(name as keyof typeof BATCH_COLUMNS)} AS ${sql.raw(type)}[])`,
      ),
    );
    const { assignments, isAllowed } = refreshClauses(dialect, {
      now: sql.ref("r.now"),
      generation: sql.ref("r.generation"),
      provenThumbprint: sql.ref("r.thumbprint"),
      idleForMs: sql.ref("r.idle_for_ms"),
      graceMs: sql.ref("r.grace_ms"),
    });
    return raw(
      queries,
      dialect.atMoment(
        slot("stated"),
        (now) => sql<BatchRow>`,
          held AS MATERIALIZED (
            SELECT r.*, ${now} AS now
            FROM unnest(${columns}) WITH ORDINALITY
              AS r (account_id, session_id, generation, thumbprint, idle_for_ms, grace_ms, nth)
            JOIN curfew_sessions s ON s.account_id = r.account_id AND s.id = r.session_id
            FOR NO KEY UPDATE OF s SKIP LOCKED)
          UPDATE curfew_sessions SET ${assignments}
          FROM held r
            JOIN curfew_accounts a ON a.id = r.account_id,
            curfew_users u
          WHERE curfew_sessions.account_id = r.account_id AND curfew_sessions.id = r.session_id
            AND u.account_id = r.account_id AND u.id = curfew_sessions.user_id
            AND +curfew_sessions.account_epoch = a.epoch AND ${isAllowed}
          RETURNING ${sql.join(SESSION_COLUMNS.map((column) => sql.ref(`curfew_sessions.${column}`)))}, ${LIMIT_COLUMNS},
            a.epoch, a.policy_version, a.applied_policy_version,
            ${sql.join(JOINED_USER_COLUMNS.map((column) => sql.raw(column)))}, r.now, r.nth`,
      ),
    );
  });
}

/**
 * Returns a unit that refreshes several different sessions and answers in the order of the inputs, with null
 * also for a session whose row another transaction holds.
 */
export function createBatchRefresher(
  context: StoreContext,
): (inputs: readonly RefreshInput[]) => Unit<readonly (RefreshedSession | null)[]> {
  const statement = compileBatchRefresh(context);
  return function* refreshBatch(inputs) {
    const rows = yield* all(
      statement({
        stated: yield* statedClock(),
        accountIds: inputs.map((input) => input.accountId),
        sessionIds: inputs.map((input) => input.sessionId),
        generations: inputs.map((input) => input.generation),
        thumbprints: inputs.map((input) => input.provenThumbprint),
        idleForMs: inputs.map((input) => input.idleForMs),
        graceMs: inputs.map((input) => input.graceMs),
      }),
    );
    const refreshed = new Map(rows.map((row) => [row.nth, row]));
    return inputs.map((_, index) => {
      const row = refreshed.get(index + 1);
      return row === undefined ? null : toRefreshedSession(row);
    });
  };
}

const toRefreshedSession = (row: RefreshedRow): RefreshedSession => ({
  session: toSession(row),
  user: toJoinedUser(row),
  account: toAccountState(row),
  now: row.now,
});
