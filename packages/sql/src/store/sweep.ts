import type { SweepInput, SweepOutcome } from "@curfew/core";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import { all, clock, raw, run, tryLockAccounts, type Unit } from "../unit.js";
import { closeSessions } from "./close-sessions.js";
import type { StoreContext } from "./context.js";
import { hasNoLimit } from "./session-state.js";
import { settleAny } from "./settle-limit.js";
import { deleteOldTombstones } from "./tombstones.js";

type SessionKey = { readonly account_id: string; readonly id: string };

/**
 * Writes a limit of an account into about `batch` sessions, closes at most `batch` overdue sessions and at most `batch` sessions of signed-out accounts, and deletes at
 * most `batch` rows of each kind that are past their retention. The batch size is a literal in each
 * statement: for a parameter in LIMIT, the planner assumes a tenth of the table.
 */
export function* sweep(context: StoreContext, input: SweepInput): Unit<SweepOutcome> {
  const now = yield* clock();
  const limited = yield* settleAny(context, input.batch);
  const overdue = yield* closeOverdue(context, input.batch, now);
  const signedOut = yield* closeSignedOut(context, input.batch, now);
  const postponed = yield* keepEndedSessions(context, input, now);
  const removals = [
    yield* deleteEndedSessions(context, input.batch, now - input.endedRetentionMs),
    yield* deleteKeptSessions(context, input, now),
    yield* deleteOldEpochs(context, input.batch, now - input.endedRetentionMs),
    yield* deleteOldFeed(context, input.batch, now - input.feedRetentionMs),
    yield* deleteOldEvents(context, input.batch, now - input.auditRetentionMs),
    yield* deleteOldTombstones(context, input.batch, now),
  ];
  const counts = [
    overdue.expired + overdue.closed,
    signedOut.expired + signedOut.closed,
    postponed,
    ...removals,
  ];
  return {
    expired: limited.expired + overdue.expired + signedOut.expired,
    closed: limited.closed + overdue.closed + signedOut.closed,
    deleted: removals.reduce((sum, count) => sum + count, 0),
    more: !limited.isComplete || counts.some((count) => count >= input.batch),
  };
}

/** Closes open sessions that are past a deadline. */
function* closeOverdue(context: StoreContext, batch: number, now: number) {
  const candidates = yield* all(
    raw(
      context.queries,
      sql<SessionKey>`SELECT account_id, id FROM curfew_sessions
        WHERE ended_at IS NULL AND idle_expires_at <= ${now} AND ${hasNoLimit("account_id")}
        ORDER BY idle_expires_at, account_id, id LIMIT ${sql.lit(batch)}`,
    ),
  );
  return yield* closeUnlocked(context, candidates, sql`idle_expires_at <= ${now}`, now);
}

/**
 * Closes the sessions of accounts that no other unit has locked; the next sweep finds the others.
 *
 * @param isOver a condition that still holds for a session that has not changed since it was found
 */
function* closeUnlocked(
  context: StoreContext,
  candidates: readonly SessionKey[],
  isOver: RawBuilder<SqlBool>,
  now: number,
): Unit<{ expired: number; closed: number }> {
  if (candidates.length === 0) return { expired: 0, closed: 0 };
  const locked = yield* tryLockAccounts([...new Set(candidates.map((session) => session.account_id))]);
  const keys = candidates.filter((session) => locked.has(session.account_id));
  const rows = context.dialect.rows(keys, { account_id: "text", id: "text" });
  const condition = sql<SqlBool>`(account_id, id) IN (SELECT f.account_id, f.id FROM ${rows} AS f) AND ${isOver}
    AND ${hasNoLimit("account_id")}`;
  return yield* closeSessions(context, condition, now);
}

/**
 * Closes sessions that were signed out with their account, and marks the epochs that have no such sessions
 * left as closed.
 */
function* closeSignedOut(context: StoreContext, batch: number, now: number) {
  const isSignedOut = sql`s.account_id = e.account_id AND s.account_epoch < e.epoch AND s.ended_at IS NULL`;
  const candidates = yield* all(
    raw(
      context.queries,
      sql<SessionKey>`SELECT s.account_id, s.id
        FROM curfew_account_epochs e ${context.dialect.joinInOrder} curfew_sessions s ON ${isSignedOut}
        WHERE e.closed = 0 AND ${hasNoLimit("e.account_id")} ORDER BY e.account_id, e.epoch LIMIT ${sql.lit(batch)}`,
    ),
  );
  // A session with an older epoch never gets a newer one, so only the recorded end has to be checked.
  const closed = yield* closeUnlocked(context, candidates, sql`ended_at IS NULL`, now);
  yield* run(
    raw(
      context.queries,
      sql`UPDATE curfew_account_epochs AS e SET closed = 1
        WHERE e.closed = 0 AND NOT EXISTS (SELECT 1 FROM curfew_sessions s WHERE ${isSignedOut})`,
    ),
  );
  return closed;
}

function* deleteEndedSessions(context: StoreContext, batch: number, before: number): Unit<number> {
  return yield* run(
    context.queries.deleteFrom("curfew_sessions").where(
      sql<boolean>`(account_id, id) IN (
        SELECT account_id, id FROM curfew_sessions
        WHERE ended_at IS NOT NULL AND keep_until IS NULL AND ended_at < ${before}
        ORDER BY ended_at LIMIT ${sql.lit(batch)} ${context.dialect.skipLocked})`,
    ),
  );
}

type Retention = Pick<SweepInput, "batch" | "endedRetentionMs">;

/** Selects ended governed sessions that had to stay until now. */
const selectKept = (context: StoreContext, batch: number, now: number, which: RawBuilder<SqlBool>) =>
  sql<boolean>`(account_id, id) IN (
    SELECT account_id, id FROM curfew_sessions
    WHERE ended_at IS NOT NULL AND keep_until IS NOT NULL AND keep_until < ${now} AND ${which}
    ORDER BY keep_until LIMIT ${sql.lit(batch)} ${context.dialect.skipLocked})`;

/** Keeps governed sessions that ended less than the retention ago until it is over. */
function* keepEndedSessions(
  context: StoreContext,
  { batch, endedRetentionMs }: Retention,
  now: number,
): Unit<number> {
  const isRecent = sql<SqlBool>`ended_at >= ${now - endedRetentionMs}`;
  return yield* run(
    context.queries
      .updateTable("curfew_sessions")
      .set({ keep_until: sql`ended_at + ${endedRetentionMs}` })
      .where(selectKept(context, batch, now, isRecent)),
  );
}

function* deleteKeptSessions(
  context: StoreContext,
  { batch, endedRetentionMs }: Retention,
  now: number,
): Unit<number> {
  const isOld = sql<SqlBool>`ended_at < ${now - endedRetentionMs}`;
  return yield* run(
    context.queries.deleteFrom("curfew_sessions").where(selectKept(context, batch, now, isOld)),
  );
}

function* deleteOldEpochs(context: StoreContext, batch: number, before: number): Unit<number> {
  return yield* run(
    context.queries.deleteFrom("curfew_account_epochs").where(
      sql<boolean>`(account_id, epoch) IN (
        SELECT account_id, epoch FROM curfew_account_epochs
        WHERE closed = 1 AND at < ${before} ORDER BY at LIMIT ${sql.lit(batch)} ${context.dialect.skipLocked})`,
    ),
  );
}

function* deleteOldFeed(context: StoreContext, batch: number, before: number): Unit<number> {
  return yield* run(
    context.queries.deleteFrom("curfew_feed").where(
      sql<boolean>`(account_id, sequence) IN (
        SELECT account_id, sequence FROM curfew_feed WHERE at < ${before} ORDER BY at LIMIT ${sql.lit(batch)} ${context.dialect.skipLocked})`,
    ),
  );
}

function* deleteOldEvents(context: StoreContext, batch: number, before: number): Unit<number> {
  return yield* run(
    context.queries.deleteFrom("curfew_events").where(
      sql<boolean>`(account_id, id) IN (
        SELECT account_id, id FROM curfew_events WHERE at < ${before} ORDER BY at LIMIT ${sql.lit(batch)} ${context.dialect.skipLocked})`,
    ),
  );
}
