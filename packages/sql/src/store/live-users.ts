import type { ActiveUserPosition, ActiveUsers } from "@curfew/core";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import { all, raw, type Unit } from "../unit.js";
import type { Shortening } from "./account-limit.js";
import type { StoredAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { toUser, USER_COLUMNS, type UserRow } from "./rows.js";
import { isLive } from "./session-state.js";

export interface LiveUsersInput {
  readonly accountId: string;
  readonly account: StoredAccount;
  /** Limits that the live sessions are about to get; null for none. */
  readonly shortening: Shortening | null;
  /** The maximum number of users. */
  readonly limit: number;
  /** The place after which the list of users begins. */
  readonly after?: ActiveUserPosition | undefined;
  readonly now: number;
}

export interface LiveUsers {
  /** The users with live sessions, and their counts, under the shorter limits. */
  readonly activeUsers: ActiveUsers;
  /** The live sessions that the shorter limits end, and those that they shorten. */
  readonly ended: number;
  readonly shortened: number;
}

interface Totals {
  readonly ended: number;
  readonly shortened: number;
  readonly live_sessions: number;
  readonly live_users: number;
}

type UserOfPage = UserRow & { readonly session_count: number; readonly last_active_at: number };

/** Whether `u` is after a place in the list: the newest sign-in first, then by id. */
export const isListedAfter = (
  place: Readonly<Record<keyof ActiveUserPosition, unknown>>,
): RawBuilder<SqlBool> =>
  sql`u.last_login_at <= ${place.lastLoginAt} AND (u.last_login_at < ${place.lastLoginAt} OR u.id > ${place.id})`;

/**
 * Reads the users with live sessions from the sessions themselves, in one pass: for an account whose limit is
 * not in all rows yet, and for limits that it is about to get.
 */
export function* readLiveUsers(context: StoreContext, input: LiveUsersInput): Unit<LiveUsers> {
  const { accountId, shortening, now } = input;
  const isOver: RawBuilder<SqlBool> =
    shortening === null ? sql`1 = 0` : sql`${shortening.idleExpiresAt} <= ${now}`;
  const changes: RawBuilder<SqlBool> = shortening === null ? sql`1 = 0` : shortening.changes;
  const isAfter: RawBuilder<SqlBool> = input.after === undefined ? sql`1 = 1` : isListedAfter(input.after);
  const columns = sql.join(USER_COLUMNS.map((column) => sql.ref(`u.${column}`)));
  const rows = yield* all(
    raw(
      context.queries,
      sql<Totals & (UserOfPage | Record<keyof UserOfPage, null>)>`
        WITH by_user AS MATERIALIZED (
          SELECT user_id, count(*) AS sessions,
            sum(CASE WHEN ${isOver} THEN 1 ELSE 0 END) AS ended,
            sum(CASE WHEN ${changes} AND NOT ${isOver} THEN 1 ELSE 0 END) AS shortened,
            max(CASE WHEN ${isOver} THEN 0 ELSE last_active_at END) AS last_active_at
          FROM curfew_sessions WHERE account_id = ${accountId} AND ${isLive(input.account, now)}
          GROUP BY user_id),
        totals AS (
          SELECT coalesce(sum(ended), 0) AS ended, coalesce(sum(shortened), 0) AS shortened,
            coalesce(sum(sessions - ended), 0) AS live_sessions,
            coalesce(sum(CASE WHEN sessions > ended THEN 1 ELSE 0 END), 0) AS live_users
          FROM by_user),
        page AS (
          SELECT ${columns}, b.sessions - b.ended AS session_count, b.last_active_at
          FROM by_user b JOIN curfew_users u ON u.account_id = ${accountId} AND u.id = b.user_id
          WHERE b.sessions > b.ended AND ${isAfter}
          ORDER BY u.last_login_at DESC, u.id LIMIT ${input.limit})
        SELECT totals.*, page.* FROM totals LEFT JOIN page ON 1 = 1
        ORDER BY page.last_login_at DESC, page.id`,
    ),
  );
  const totals = rows[0];
  return {
    activeUsers: {
      users: rows.flatMap((row) =>
        row.id === null
          ? []
          : [{ user: toUser(row), lastActiveAt: row.last_active_at, sessionCount: row.session_count }],
      ),
      userCount: totals?.live_users ?? 0,
      sessionCount: totals?.live_sessions ?? 0,
    },
    ended: totals?.ended ?? 0,
    shortened: totals?.shortened ?? 0,
  };
}
