import { type RawBuilder, type SqlBool, sql } from "kysely";
import { all, lockAccount, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { coverOf, deadlineCameFirst, expiryReason } from "./epochs.js";
import { ENDED_COLUMNS, recordExpiries } from "./expiries.js";

/** Writes the end of a session that a deadline has passed, dated at the deadline, and its `session.expired`. */
export function* closeExpired(context: StoreContext, accountId: string, sessionId: string): Unit<void> {
  const now = yield* lockAccount(accountId);
  const overdue = sql<SqlBool>`account_id = ${accountId} AND id = ${sessionId}
    AND idle_expires_at <= ${now} AND ${deadlineCameFirst}`;
  yield* closeSessions(context, overdue, now);
}

/**
 * Writes the ends of sessions that are over and have none written: revoked with the account's, or expired at the
 * deadline, whichever came first. The expired get their event; the revoked were recorded when the account was signed out.
 *
 * @param which a condition that only sessions that are over meet
 */
export function* closeSessions(
  context: StoreContext,
  which: RawBuilder<SqlBool>,
  now: number,
): Unit<{ expired: number; closed: number }> {
  const ended = yield* all(
    context.queries
      .updateTable("curfew_sessions")
      .set({
        ended_at: sql`CASE WHEN ${deadlineCameFirst} THEN idle_expires_at ELSE ${coverOf("at")} END`,
        end_reason: sql`CASE WHEN ${deadlineCameFirst} THEN ${expiryReason} ELSE ${coverOf("reason")} END`,
      })
      .where("ended_at", "is", null)
      .where(which)
      .returning(ENDED_COLUMNS),
  );
  const expired = yield* recordExpiries(context, ended, now);
  return { expired, closed: ended.length - expired };
}
