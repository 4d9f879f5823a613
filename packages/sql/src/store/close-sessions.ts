import { type CloseOutcome, type EndReason, type ExpiryReason, fateOf, type Session } from "@curfew/core";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import { all, lockAccount, raw, run, type Unit } from "../unit.js";
import { settleSession } from "./account-limit.js";
import type { StoreContext } from "./context.js";
import type { SessionReader } from "./read-sessions.js";
import { accountSignOut, expiredBeforeSignOut, expiryReason } from "./session-state.js";

/** The columns that a statement returns for sessions whose end it has recorded. */
const ENDED_COLUMNS = ["account_id", "id", "user_id", "ended_at", "end_reason"] as const;

/** A session whose end is stored. */
export interface EndedRow {
  readonly account_id: string;
  readonly id: string;
  readonly user_id: string;
  readonly ended_at: number | null;
  readonly end_reason: EndReason | null;
}

export const toEndedRow = (session: Session): EndedRow => ({
  account_id: session.accountId,
  id: session.id,
  user_id: session.userId,
  ended_at: session.endedAt,
  end_reason: session.endReason,
});

/** Maximum number of events per INSERT. */
const MAX_EVENTS_PER_STATEMENT = 5000;

const EXPIRY_REASONS: ReadonlySet<EndReason | null> = new Set<ExpiryReason>(["idle", "absolute"]);

/**
 * Returns a unit that records the end of a session that is past a deadline, dated at the deadline, and its
 * `session.expired`. The update waits for a refresh that holds the row, and then judges the row as that
 * refresh left it.
 */
export function createSessionCloser(
  context: StoreContext,
  readSession: SessionReader,
): (accountId: string, sessionId: string) => Unit<CloseOutcome> {
  return function* closeExpired(accountId, sessionId) {
    const now = yield* lockAccount(accountId);
    yield* settleSession(context, accountId, sessionId);
    const isExpired = sql<SqlBool>`account_id = ${accountId} AND id = ${sessionId}
      AND idle_expires_at <= ${now} AND ${expiredBeforeSignOut}`;
    const { expired } = yield* closeSessions(context, isExpired, now);
    const snapshot = yield* readSession(accountId, sessionId);
    if (snapshot === null) return { kind: "not_found" };
    const fate = fateOf({ ...snapshot, now });
    // An end that is not stored counts only by a sign-out of the account: that has been committed.
    const isFinal = fate.state === "revoked" || snapshot.session.endedAt !== null;
    return fate.state !== "live" && isFinal ? { kind: "ended", fate, closed: expired > 0 } : { kind: "live" };
  };
}

/**
 * Records the ends of sessions that are over and have no recorded end: by the sign-out of their account, or
 * by the deadline, whichever came first. Expired sessions get an event; the sign-out of the account recorded
 * its own.
 *
 * @param which a condition that matches only sessions that are over
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
        ended_at: sql`CASE WHEN ${expiredBeforeSignOut} THEN idle_expires_at ELSE ${accountSignOut("at")} END`,
        end_reason: sql`CASE WHEN ${expiredBeforeSignOut} THEN ${expiryReason} ELSE ${accountSignOut("reason")} END`,
      })
      .where("ended_at", "is", null)
      .where(which)
      .returning(ENDED_COLUMNS),
  );
  const expired = yield* recordExpiries(context, ended, now);
  return { expired, closed: ended.length - expired };
}

/**
 * Writes a `session.expired`, dated at the deadline, for each session that expired, and returns their number.
 */
export function* recordExpiries(
  { dialect, queries, newId }: StoreContext,
  ended: readonly EndedRow[],
  now: number,
): Unit<number> {
  const events = ended
    .filter((session) => EXPIRY_REASONS.has(session.end_reason))
    .map((session) => ({
      account_id: session.account_id,
      id: newId(now),
      at: session.ended_at,
      session_id: session.id,
      details: JSON.stringify({ reason: session.end_reason, user_id: session.user_id }),
    }));
  for (let start = 0; start < events.length; start += MAX_EVENTS_PER_STATEMENT) {
    const rows = dialect.rows(events.slice(start, start + MAX_EVENTS_PER_STATEMENT), {
      account_id: "text",
      id: "text",
      at: "number",
      session_id: "text",
      details: "text",
    });
    yield* run(
      raw(
        queries,
        sql`INSERT INTO curfew_events (account_id, id, at, type, session_id, details)
          SELECT e.account_id, e.id, e.at, 'session.expired', e.session_id, e.details FROM ${rows} AS e`,
      ),
    );
  }
  return events.length;
}
