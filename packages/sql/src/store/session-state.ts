import type { RevocationReason } from "@curfew/core";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import { first, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";

/** A number, or the placeholder for one in a compiled statement. */
type NumberValue = number | RawBuilder<number>;

/** No end is recorded, and the account has not been signed out since the sign-in. */
export const isOpen = (accountEpoch: NumberValue): RawBuilder<SqlBool> =>
  sql`ended_at IS NULL AND account_epoch = ${accountEpoch}`;

/**
 * The session is open and before both deadlines; the idle deadline is never later than the absolute one.
 * Nearly every open session is live, so the unary plus keeps planners from using the index on the deadline.
 */
export const isLive = (accountEpoch: NumberValue, now: NumberValue): RawBuilder<SqlBool> =>
  sql`${isOpen(accountEpoch)} AND +idle_expires_at > ${now}`;

/** The session is open and past a deadline. Sweeps keep the number of such sessions small. */
export const isOverdue = (accountEpoch: NumberValue, now: NumberValue): RawBuilder<SqlBool> =>
  sql`${isOpen(accountEpoch)} AND idle_expires_at <= ${now}`;

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
