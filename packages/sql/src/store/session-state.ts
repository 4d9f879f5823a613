import { MINUTE_MS, type RevocationReason } from "@curfew/core";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Dialect } from "../database.js";
import { first, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";

/** A number, or the placeholder for one in a compiled statement. */
type NumberValue = number | RawBuilder<number>;

const MINUTE = sql.lit(MINUTE_MS);

/** No end is recorded, and the account has not been signed out since the sign-in. */
export const isOpen = (accountEpoch: NumberValue): RawBuilder<SqlBool> =>
  sql`ended_at IS NULL AND account_epoch = ${accountEpoch}`;

/**
 * A limit that a policy applied now has put on the account's sessions. It holds at once for all sessions that
 * it covers; their rows follow in batches, and then the account has no limit any more.
 */
export interface AccountLimit {
  /** The policy version: sessions that started under an earlier one are covered. */
  readonly version: number;
  /** The account's epoch and the time when the limit was set. Sessions that were over by then are not covered. */
  readonly epoch: number;
  readonly at: number;
  readonly idleMinutes: number;
  readonly absoluteMinutes: number;
  /** The rows of the users up to this id hold the limit. */
  readonly settledTo: string;
}

/** What decides whether a session of an account is live. Placeholders stand for numbers in compiled statements. */
export interface Judge {
  readonly state: { readonly epoch: NumberValue };
  readonly limit: Record<"version" | "idleMinutes" | "absoluteMinutes", NumberValue> | null;
}

/**
 * The session is open and before both deadlines; the idle deadline is never later than the absolute one.
 * Nearly every open session is live, so the unary plus keeps planners from using the index on the deadline.
 */
export const isLive = ({ state, limit }: Judge, now: NumberValue): RawBuilder<SqlBool> => {
  const live = sql<SqlBool>`${isOpen(state.epoch)} AND +idle_expires_at > ${now}`;
  return limit === null ? live : sql`${live} AND NOT ${exceeds(limit, now)}`;
};

/** The session is open and past a deadline. Sweeps keep the number of such sessions small. */
export const isOverdue = ({ state, limit }: Judge, now: NumberValue): RawBuilder<SqlBool> => {
  const open = isOpen(state.epoch);
  if (limit === null) return sql`${open} AND idle_expires_at <= ${now}`;
  return sql`${open} AND (idle_expires_at <= ${now} OR ${exceeds(limit, now)})`;
};

/** What the absolute lifetime of a session counts from. */
export const absoluteStart: RawBuilder<number> = sql`coalesce(absolute_from, started_at)`;

/** The limit of the account covers the session, and ends it. */
const exceeds = (limit: NonNullable<Judge["limit"]>, now: NumberValue): RawBuilder<SqlBool> =>
  sql`(started_policy_version < ${limit.version} AND (
    last_active_at + ${limit.idleMinutes} * ${MINUTE} <= ${now}
    OR ${absoluteStart} + ${limit.absoluteMinutes} * ${MINUTE} <= ${now}))`;

/**
 * No limit of the account ends the session, in a statement that has not read the account before.
 *
 * On PostgreSQL the statement may have begun before a limit was committed. A limit of minutes can end a session
 * that has been used within the last one only at its absolute deadline, which a refresh does not move. For any
 * other session the account is read again when the row is held, so that a refresh can't move its idle deadline
 * after the policy has counted it as ended.
 */
export function isWithinLimitOfAccount(dialect: Dialect, now: RawBuilder<number>): RawBuilder<SqlBool> {
  const seen = sql<SqlBool>`NOT EXISTS (
    SELECT 1 FROM curfew_accounts l
    WHERE l.id = curfew_sessions.account_id AND l.limit_version > curfew_sessions.started_policy_version
      AND (curfew_sessions.last_active_at + l.limit_idle_minutes * ${MINUTE} <= ${now}
        OR coalesce(curfew_sessions.absolute_from, curfew_sessions.started_at)
          + l.limit_absolute_minutes * ${MINUTE} <= ${now}))`;
  if (!dialect.writesConcurrently) return seen;
  return sql`${seen} AND (curfew_sessions.last_active_at + ${MINUTE} > ${now} OR NOT curfew_exceeds_limit(
    curfew_sessions.account_id, curfew_sessions.id, curfew_sessions.started_policy_version,
    curfew_sessions.last_active_at, ${now}))`;
}

/**
 * The limit of its account that covers a session and that its row does not hold yet: the columns of `LimitRow`.
 *
 * @param sessions the name that the statement gives to the table of sessions
 */
export const limitColumns = (sessions: "curfew_sessions" | "s") => {
  const column = (name: string) => sql.ref(`${sessions}.${name}`);
  return (["limit_idle_minutes", "limit_absolute_minutes"] as const).map((name) =>
    sql<number | null>`(SELECT l.${sql.ref(name)} FROM curfew_accounts l
      WHERE l.id = ${column("account_id")} AND l.limit_version > ${column("started_policy_version")}
        AND ${column("account_epoch")} >= l.limit_epoch AND ${column("idle_expires_at")} > l.limit_at)`.as(
      name,
    ),
  );
};

/** No limit of the account waits to be written into the rows of its sessions, and the account is not being deleted. */
export const hasNoLimit = (accountId: "account_id" | "e.account_id"): RawBuilder<SqlBool> =>
  sql`${sql.ref(accountId)} NOT IN (SELECT l.id FROM curfew_accounts l WHERE l.limit_version IS NOT NULL)
    AND ${sql.ref(accountId)} NOT IN (SELECT d.id FROM curfew_accounts d WHERE d.deleted_at IS NOT NULL)`;

/** A column of the first sign-out of the account after the session's sign-in, null if there is none. */
export const accountSignOut = <Column extends "at" | "reason">(
  column: Column,
): RawBuilder<{ at: number; reason: RevocationReason }[Column] | null> => sql`(
  SELECT e.${sql.ref(column)} FROM curfew_account_epochs e
  WHERE e.account_id = curfew_sessions.account_id AND e.epoch > curfew_sessions.account_epoch
  ORDER BY e.epoch LIMIT 1)`;

/** Whether the session expired before its account was signed out; the earlier end counts. */
export const expiredBeforeSignOut: RawBuilder<SqlBool> = sql`coalesce(${accountSignOut("at")}, idle_expires_at) >= idle_expires_at`;

/** The earlier deadline; `absolute` if both are equal. */
export const expiryReason: RawBuilder<"idle" | "absolute"> =
  sql`CASE WHEN absolute_expires_at <= idle_expires_at THEN 'absolute' ELSE 'idle' END`;

/** Reads the first sign-out of the account after `accountEpoch`. */
export function* readAccountSignOut(
  context: StoreContext,
  accountId: string,
  accountEpoch: number,
): Unit<{ at: number; reason: RevocationReason } | null> {
  return yield* first(
    context.queries
      .selectFrom("curfew_account_epochs")
      .select(["at", "reason"])
      .where("account_id", "=", accountId)
      .where("epoch", ">", accountEpoch)
      .orderBy("epoch")
      .limit(1),
  );
}
