import type { ActiveUsers } from "@curfew/core";
import { sql } from "kysely";
import { all, clock, first, type Unit } from "../unit.js";
import { readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { isLive, isOverdue } from "./live.js";
import { toUser, USER_COLUMNS } from "./rows.js";

/**
 * The users with live sessions. The counts of open sessions are kept with the rows; only the few sessions that are past a
 * deadline and not closed yet are counted here, and taken off.
 */
export function* listActiveUsers(context: StoreContext, accountId: string, limit: number): Unit<ActiveUsers> {
  const now = yield* clock();
  const account = yield* readAccount(context, accountId);
  const { epoch } = account.state;
  // Materialized, so that a planner looks the few up by deadline and does not go through all sessions user by user.
  const overdue = context.queries
    .with(
      (cte) => cte("overdue_sessions").materialized(),
      (queries) =>
        queries
          .selectFrom("curfew_sessions")
          .select("user_id")
          .where("account_id", "=", accountId)
          .where(isOverdue(epoch, now)),
    )
    .with("overdue", (queries) =>
      queries
        .selectFrom("overdue_sessions")
        .select(["user_id", sql<number>`count(*)`.as("overdue_count")])
        .groupBy("user_id"),
    );

  const totals = yield* first(
    overdue
      .selectFrom("overdue as o")
      .leftJoin("curfew_users as u", (join) =>
        join.on("u.account_id", "=", accountId).onRef("u.id", "=", "o.user_id"),
      )
      .select([
        sql<number>`coalesce(sum(o.overdue_count), 0)`.as("sessions"),
        sql<number>`coalesce(sum(CASE WHEN o.overdue_count >= u.open_sessions THEN 1 ELSE 0 END), 0)`.as(
          "users",
        ),
      ]),
  );

  const rows = yield* all(
    overdue
      .selectFrom("curfew_users as u")
      .leftJoin("overdue as o", "o.user_id", "u.id")
      .select(USER_COLUMNS.map((column) => `u.${column}` as const))
      .select((eb) => [
        sql<number>`u.open_sessions - coalesce(o.overdue_count, 0)`.as("session_count"),
        eb
          .selectFrom("curfew_sessions")
          .select(sql<number>`max(last_active_at)`.as("last_active_at"))
          .where("account_id", "=", accountId)
          .whereRef("user_id", "=", "u.id")
          .where(isLive(epoch, now))
          .as("last_active_at"),
      ])
      .where("u.account_id", "=", accountId)
      .where("u.open_epoch", "=", epoch)
      .where("u.open_sessions", ">", sql<number>`0`)
      .where(sql<boolean>`u.open_sessions > coalesce(o.overdue_count, 0)`)
      .orderBy("u.last_login_at", "desc")
      .orderBy("u.id")
      .limit(limit),
  );
  return {
    users: rows.map((row) => ({
      user: toUser(row),
      lastActiveAt: row.last_active_at ?? 0,
      sessionCount: row.session_count,
    })),
    userCount: account.openUsers - (totals?.users ?? 0),
    sessionCount: account.openSessions - (totals?.sessions ?? 0),
  };
}
