import type { ActiveUsers } from "@curfew/core";
import { sql } from "kysely";
import { fixed, type Slots } from "../fixed.js";
import { all, clock, first, type Unit } from "../unit.js";
import { readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { isLive, isOverdue } from "./live.js";
import { toUser, USER_COLUMNS } from "./rows.js";

export type ListActiveUsers = (accountId: string, limit: number) => Unit<ActiveUsers>;

type Slot = Slots<"accountId" | "epoch" | "now" | "limit">;

/**
 * Reads the users with live sessions. The counts of open sessions are kept with the rows; only the few sessions that are
 * past a deadline and not closed yet are counted here, and taken off.
 */
export function activeUsersLister(context: StoreContext): ListActiveUsers {
  const overdueTotals = fixed((slot: Slot) => totalsOf(context, slot));
  const page = fixed((slot: Slot) => pageOf(context, slot));

  return function* listActiveUsers(accountId, limit) {
    const now = yield* clock();
    const account = yield* readAccount(context, accountId);
    const values = { accountId, epoch: account.state.epoch, now, limit };
    const overdue = yield* first(overdueTotals(values));
    const rows = yield* all(page(values));
    return {
      users: rows.map((row) => ({
        user: toUser(row),
        lastActiveAt: row.last_active_at ?? 0,
        sessionCount: row.session_count,
      })),
      userCount: account.openUsers - (overdue?.users ?? 0),
      sessionCount: account.openSessions - (overdue?.sessions ?? 0),
    };
  };
}

/** How many open sessions of each user are past a deadline, as `overdue`. */
function withOverdue({ queries }: StoreContext, slot: Slot) {
  return (
    queries
      // Materialized, so that a planner looks the few up by deadline and does not go through all sessions user by user.
      .with(
        (cte) => cte("overdue_sessions").materialized(),
        (inner) =>
          inner
            .selectFrom("curfew_sessions")
            .select("user_id")
            .where("account_id", "=", slot<string>("accountId"))
            .where(isOverdue(slot("epoch"), slot("now"))),
      )
      .with("overdue", (inner) =>
        inner
          .selectFrom("overdue_sessions")
          .select(["user_id", sql<number>`count(*)`.as("overdue_count")])
          .groupBy("user_id"),
      )
  );
}

/** What is to be taken off the account's counts: overdue sessions, and users who have no other. */
function totalsOf(context: StoreContext, slot: Slot) {
  return withOverdue(context, slot)
    .selectFrom("overdue as o")
    .leftJoin("curfew_users as u", (join) =>
      join.on("u.account_id", "=", slot<string>("accountId")).onRef("u.id", "=", "o.user_id"),
    )
    .select([
      sql<number>`coalesce(sum(o.overdue_count), 0)`.as("sessions"),
      sql<number>`coalesce(sum(CASE WHEN o.overdue_count >= u.open_sessions THEN 1 ELSE 0 END), 0)`.as(
        "users",
      ),
    ]);
}

function pageOf(context: StoreContext, slot: Slot) {
  return withOverdue(context, slot)
    .selectFrom("curfew_users as u")
    .leftJoin("overdue as o", "o.user_id", "u.id")
    .select(USER_COLUMNS.map((column) => `u.${column}` as const))
    .select((eb) => [
      sql<number>`u.open_sessions - coalesce(o.overdue_count, 0)`.as("session_count"),
      eb
        .selectFrom("curfew_sessions")
        .select(sql<number>`max(last_active_at)`.as("last_active_at"))
        .where("account_id", "=", slot<string>("accountId"))
        .whereRef("user_id", "=", "u.id")
        .where(isLive(slot("epoch"), slot("now")))
        .as("last_active_at"),
    ])
    .where("u.account_id", "=", slot<string>("accountId"))
    .where("u.open_epoch", "=", slot<number>("epoch"))
    .where(sql<boolean>`u.open_sessions > 0 AND u.open_sessions > coalesce(o.overdue_count, 0)`)
    .orderBy("u.last_login_at", "desc")
    .orderBy("u.id")
    .limit(slot<number>("limit"));
}
