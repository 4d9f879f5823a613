import { MINUTE_MS } from "@curfew/core";
import type { EffectivePolicy } from "@curfew/core/policy";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Dialect } from "../database.js";
import { run, type Unit } from "../unit.js";
import { readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { type AccountLimit, absoluteStart } from "./session-state.js";

/** The effect of new limits on a session, as expressions over its row. */
export interface Shortening {
  readonly idleMinutes: RawBuilder<number>;
  readonly absoluteMinutes: RawBuilder<number>;
  readonly idleExpiresAt: RawBuilder<number>;
  readonly absoluteExpiresAt: RawBuilder<number>;
  /** At least one limit of the session is longer than the new one. */
  readonly changes: RawBuilder<SqlBool>;
  /** The session changes, and its new idle deadline, which is never later than the absolute one, has passed. */
  readonly ends: RawBuilder<SqlBool>;
}

/**
 * Each session gets the smaller of its own limits and `limits`, so that no deadline moves later.
 *
 * @param now in milliseconds since the Unix epoch
 * @param pending the limit of the account that the rows may not hold yet
 */
export function shorteningTo(
  dialect: Dialect,
  limits: EffectivePolicy,
  now: number,
  pending: AccountLimit | null = null,
): Shortening {
  const own = (column: "idle_minutes" | "absolute_minutes", limit: number | undefined): RawBuilder<number> =>
    pending === null || limit === undefined
      ? sql`${sql.ref(column)}`
      : dialect.least(
          sql.ref(column),
          sql`CASE WHEN started_policy_version < ${pending.version} THEN ${limit} ELSE ${sql.ref(column)} END`,
        );
  const ownIdle = own("idle_minutes", pending?.idleMinutes);
  const ownAbsolute = own("absolute_minutes", pending?.absoluteMinutes);
  const idleMinutes = dialect.least(ownIdle, sql`${limits.idleMinutes}`);
  const absoluteMinutes = dialect.least(ownAbsolute, sql`${limits.absoluteMinutes}`);
  const minuteMs = sql.lit(MINUTE_MS);
  const absoluteExpiresAt = dialect.least(
    sql`absolute_expires_at`,
    sql`${absoluteStart} + ${absoluteMinutes} * ${minuteMs}`,
  );
  const idleExpiresAt = dialect.least(sql`last_active_at + ${idleMinutes} * ${minuteMs}`, absoluteExpiresAt);
  const changes = sql<SqlBool>`(${ownIdle} > ${limits.idleMinutes} OR ${ownAbsolute} > ${limits.absoluteMinutes})`;
  return {
    idleMinutes,
    absoluteMinutes,
    idleExpiresAt,
    absoluteExpiresAt,
    changes,
    ends: sql`(${changes} AND ${idleExpiresAt} <= ${now})`,
  };
}

/** Sets the limit of an account that has none. */
export function* setLimit(context: StoreContext, accountId: string, limit: AccountLimit): Unit<void> {
  yield* run(
    context.queries
      .updateTable("curfew_accounts")
      .set({
        limit_version: limit.version,
        limit_epoch: limit.epoch,
        limit_at: limit.at,
        limit_idle_minutes: limit.idleMinutes,
        limit_absolute_minutes: limit.absoluteMinutes,
        limit_settled_to: limit.settledTo,
      })
      .where("id", "=", accountId),
  );
}

/** Removes the limit of an account, once the rows of all sessions that it covers hold it. */
export function* removeLimit(context: StoreContext, accountId: string): Unit<void> {
  yield* run(
    context.queries
      .updateTable("curfew_accounts")
      .set({
        limit_version: null,
        limit_epoch: null,
        limit_at: null,
        limit_idle_minutes: null,
        limit_absolute_minutes: null,
        limit_settled_to: null,
      })
      .where("id", "=", accountId),
  );
}

/** Writes the limit of an account into the row of one session. */
export function* settleSession(context: StoreContext, accountId: string, sessionId: string): Unit<void> {
  const { limit } = yield* readAccount(context, accountId);
  if (limit !== null) yield* settleRows(context, accountId, limit, sql`id = ${sessionId}`);
}

/** Writes a limit into the rows of those sessions that it covers and that match `which`; it changes no verdict. */
export function* settleRows(
  { dialect, queries }: StoreContext,
  accountId: string,
  limit: AccountLimit,
  which: RawBuilder<SqlBool>,
): Unit<void> {
  const shorter = shorteningTo(dialect, limit, limit.at);
  yield* run(
    queries
      .updateTable("curfew_sessions")
      .set({
        idle_minutes: shorter.idleMinutes,
        absolute_minutes: shorter.absoluteMinutes,
        idle_expires_at: shorter.idleExpiresAt,
        absolute_expires_at: shorter.absoluteExpiresAt,
      })
      .where("account_id", "=", accountId)
      .where("ended_at", "is", null)
      .where("started_policy_version", "<", limit.version)
      .where("account_epoch", ">=", limit.epoch)
      .where(sql<SqlBool>`+idle_expires_at > ${limit.at}`)
      .where(which)
      .where(shorter.changes),
  );
}
