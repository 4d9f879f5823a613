import type { PolicyEffect, PreviewPolicyInput } from "@curfew/core";
import { sql } from "kysely";
import { all, clock, raw, type Unit } from "../unit.js";
import { shorteningTo } from "./account-limit.js";
import { readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { USER_SORT } from "./rows.js";
import { isLive } from "./session-state.js";

type PreviewTotals = Record<"sessions" | "ended" | "shortened" | "users_ended" | "caller_ends", number>;

/** Counts what `writePolicy` with these limits would do to the live sessions. */
export function* previewPolicy(context: StoreContext, input: PreviewPolicyInput): Unit<PolicyEffect> {
  const { accountId, callerSessionId } = input;
  const now = yield* clock();
  const account = yield* readAccount(context, accountId);
  const { changes, ends } = shorteningTo(context.dialect, input.shorten, now, account.limit);
  const live = sql`FROM curfew_sessions WHERE account_id = ${accountId} AND ${isLive(account, now)}`;
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
          SELECT by_user.user_id, u.name, ${USER_SORT.key} AS sort_key FROM by_user
          LEFT JOIN curfew_users u ON u.account_id = ${accountId} AND u.id = by_user.user_id
          WHERE by_user.ended = by_user.sessions
          ORDER BY sort_key, u.name, u.id LIMIT ${input.namesLimit})
        SELECT totals.*, named.user_id, named.name FROM totals LEFT JOIN named ON 1 = 1
        ORDER BY named.sort_key, named.name, named.user_id`,
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
