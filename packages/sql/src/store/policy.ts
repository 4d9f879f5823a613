import {
  MINUTE_MS,
  type PolicyEffect,
  type PreviewPolicyInput,
  type StoredPolicy,
  type WritePolicyInput,
  type WritePolicyOutcome,
} from "@curfew/core";
import type { EffectivePolicy } from "@curfew/core/policy";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Dialect } from "../database.js";
import { all, clock, lockAccount, raw, run, type Unit } from "../unit.js";
import { ensureAccount, readAccount } from "./accounts.js";
import type { ActiveUsersLister } from "./active-users.js";
import { ENDED_COLUMNS, recordExpiries } from "./close-sessions.js";
import type { StoreContext } from "./context.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import { isLive } from "./session-state.js";

export function* readPolicy(context: StoreContext, accountId: string): Unit<StoredPolicy> {
  const { override, state } = yield* readAccount(context, accountId);
  return { override, version: state.policyVersion, now: yield* clock() };
}

/**
 * Writes a policy if the stored version is the expected one, and shortens the live sessions to `shorten` if
 * it is given.
 *
 * @param listActiveUsers lists the users of the outcome, in the same transaction
 */
export function* writePolicy(
  context: StoreContext,
  listActiveUsers: ActiveUsersLister,
  input: WritePolicyInput,
): Unit<WritePolicyOutcome> {
  const { accountId, override, shorten } = input;
  const now = yield* lockAccount(accountId);
  const { state } = yield* readAccount(context, accountId);
  if (state.policyVersion !== input.expectedVersion) return { kind: "moved" };
  const version = state.policyVersion + 1;
  const applied = shorten !== null;

  yield* ensureAccount(context, accountId);
  yield* run(
    context.queries
      .updateTable("curfew_accounts")
      .set({
        idle_minutes: override.idleMinutes,
        absolute_minutes: override.absoluteMinutes,
        policy_version: version,
        ...(applied ? { applied_policy_version: version } : {}),
      })
      .where("id", "=", accountId),
  );
  yield* writeEvent(context, accountId, now, input.event);
  const { ended, shortened } =
    shorten === null
      ? { ended: [], shortened: 0 }
      : yield* shortenSessions(context, accountId, state.epoch, shorten, now);
  const row = yield* writeFeed(context, accountId, now, { scope: "policy", version, applied });
  return {
    kind: "written",
    version,
    sessionsShortened: shortened,
    sessionsEnded: ended.length,
    callerSessionEnded: ended.some((session) => session.id === input.callerSessionId),
    activeUsers: yield* listActiveUsers(accountId, input.activeUsersLimit),
    feed: [row],
    now,
  };
}

/**
 * The effect of new limits on a session, as expressions over its row. `previewPolicy` and `writePolicy` share
 * them.
 */
interface Shortening {
  readonly idleMinutes: RawBuilder<number>;
  readonly absoluteMinutes: RawBuilder<number>;
  readonly idleExpiresAt: RawBuilder<number>;
  readonly absoluteExpiresAt: RawBuilder<number>;
  /** At least one limit of the session is longer than the new one. */
  readonly changes: RawBuilder<SqlBool>;
  /**
   * The session changes, and its new idle deadline, which is never later than the absolute one, has passed.
   */
  readonly ends: RawBuilder<SqlBool>;
  /** The earlier new deadline; `absolute` if both are equal. */
  readonly reason: RawBuilder<"idle" | "absolute">;
}

/** Each session gets the smaller of its own limits and `limits`, so that no deadline moves later. */
function shorteningTo(dialect: Dialect, limits: EffectivePolicy, now: number): Shortening {
  const idleMinutes = dialect.least(sql.ref("idle_minutes"), sql`${limits.idleMinutes}`);
  const absoluteMinutes = dialect.least(sql.ref("absolute_minutes"), sql`${limits.absoluteMinutes}`);
  const minuteMs = sql.lit(MINUTE_MS);
  const absoluteExpiresAt = sql<number>`(started_at + ${absoluteMinutes} * ${minuteMs})`;
  const idleExpiresAt = dialect.least(sql`last_active_at + ${idleMinutes} * ${minuteMs}`, absoluteExpiresAt);
  const changes = sql<SqlBool>`(idle_minutes > ${limits.idleMinutes} OR absolute_minutes > ${limits.absoluteMinutes})`;
  return {
    idleMinutes,
    absoluteMinutes,
    idleExpiresAt,
    absoluteExpiresAt,
    changes,
    ends: sql`(${changes} AND ${idleExpiresAt} <= ${now})`,
    reason: sql`CASE WHEN ${absoluteExpiresAt} <= ${idleExpiresAt} THEN 'absolute' ELSE 'idle' END`,
  };
}

/**
 * Shortens the live sessions of an account. Sessions whose new deadline has passed expire at that deadline.
 */
function* shortenSessions(
  context: StoreContext,
  accountId: string,
  accountEpoch: number,
  limits: EffectivePolicy,
  now: number,
): Unit<{ ended: readonly { id: string }[]; shortened: number }> {
  const { dialect, queries } = context;
  const shortening = shorteningTo(dialect, limits, now);
  const shorter = {
    idle_minutes: shortening.idleMinutes,
    absolute_minutes: shortening.absoluteMinutes,
    idle_expires_at: shortening.idleExpiresAt,
    absolute_expires_at: shortening.absoluteExpiresAt,
  };

  const ended = yield* all(
    queries
      .updateTable("curfew_sessions")
      .set({ ...shorter, ended_at: shortening.idleExpiresAt, end_reason: shortening.reason })
      .where("account_id", "=", accountId)
      .where(isLive(accountEpoch, now))
      .where(shortening.ends)
      .returning(ENDED_COLUMNS),
  );
  yield* recordExpiries(context, ended, now);
  const shortened = yield* run(
    queries
      .updateTable("curfew_sessions")
      .set(shorter)
      .where("account_id", "=", accountId)
      .where(isLive(accountEpoch, now))
      .where(shortening.changes),
  );
  return { ended, shortened };
}

type PreviewTotals = Record<"sessions" | "ended" | "shortened" | "users_ended" | "caller_ends", number>;

/** Counts what `writePolicy` with these limits would do to the live sessions. */
export function* previewPolicy(context: StoreContext, input: PreviewPolicyInput): Unit<PolicyEffect> {
  const { accountId, callerSessionId } = input;
  const now = yield* clock();
  const { state } = yield* readAccount(context, accountId);
  const { changes, ends } = shorteningTo(context.dialect, input.shorten, now);
  const live = sql`FROM curfew_sessions WHERE account_id = ${accountId} AND ${isLive(state.epoch, now)}`;
  const byUser = sql`
    SELECT user_id, count(*) AS sessions,
      sum(CASE WHEN ${ends} THEN 1 ELSE 0 END) AS ended,
      sum(CASE WHEN ${changes} AND NOT ${ends} THEN 1 ELSE 0 END) AS shortened,
      max(CASE WHEN id = ${callerSessionId} AND ${ends} THEN 1 ELSE 0 END) AS caller_ends
    ${live} GROUP BY user_id`;

  const rows = yield* all(
    raw(
      context.queries,
      sql<PreviewTotals & { user_id: string | null; name: string | null }>`
        WITH by_user AS MATERIALIZED (${byUser}),
        totals AS (
          SELECT coalesce(sum(sessions), 0) AS sessions, coalesce(sum(ended), 0) AS ended,
            coalesce(sum(shortened), 0) AS shortened, coalesce(max(caller_ends), 0) AS caller_ends,
            coalesce(sum(CASE WHEN ended = sessions THEN 1 ELSE 0 END), 0) AS users_ended
          FROM by_user),
        named AS (
          SELECT by_user.user_id, u.name FROM by_user
          LEFT JOIN curfew_users u ON u.account_id = ${accountId} AND u.id = by_user.user_id
          WHERE by_user.ended = by_user.sessions
          ORDER BY u.name, u.id LIMIT ${input.namesLimit})
        SELECT totals.*, named.user_id, named.name FROM totals LEFT JOIN named ON 1 = 1
        ORDER BY named.name, named.user_id`,
    ),
  );
  const totals = rows[0];
  return {
    sessions: totals?.sessions ?? 0,
    sessionsShortened: totals?.shortened ?? 0,
    sessionsEnded: totals?.ended ?? 0,
    usersEnded: totals?.users_ended ?? 0,
    usersEndedFirst: rows.flatMap(({ user_id, name }) =>
      user_id === null || name === null ? [] : [{ userId: user_id, name }],
    ),
    callerSessionEnds: totals?.caller_ends === 1,
  };
}
