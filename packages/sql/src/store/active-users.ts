import type { ActiveUserPosition, ActiveUsers } from "@curfew/core";
import { type SqlBool, sql } from "kysely";
import { all, clock, fixed, type Gather, type Slots, together, type Unit } from "../unit.js";
import { readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { isListedAfter, readLiveUsers } from "./live-users.js";
import { toUser, USER_COLUMNS } from "./rows.js";
import { isLive, isOverdue, type Judge } from "./session-state.js";

type Slot = Slots<"accountId" | "epoch" | "now" | "limit">;
type SlotAfter = Slots<"accountId" | "epoch" | "now" | "limit" | "afterTime" | "afterId">;

/** Lists the users with live sessions, newest sign-in first. */
export type ActiveUsersLister = (
  accountId: string,
  limit: number,
  options?: { readonly gather?: Gather; readonly after?: ActiveUserPosition | undefined },
) => Unit<ActiveUsers>;

/**
 * Returns a unit that lists the users with live sessions. Triggers maintain the counts of open sessions in
 * the rows; only the few overdue sessions are counted here and subtracted.
 */
export function createActiveUsersLister(context: StoreContext): ActiveUsersLister {
  const firstPage = fixed((slot: Slot) => pageOf(context, slot));
  const nextPage = fixed((slot: SlotAfter) => pageOf(context, slot, slot));

  return function* listActiveUsers(accountId, limit, { gather = together, after } = {}) {
    const [now, account] = yield* together(clock(), readAccount(context, accountId));
    if (account.limit !== null)
      return (yield* readLiveUsers(context, { accountId, account, shortening: null, limit, now, after }))
        .activeUsers;
    const input = { accountId, epoch: account.state.epoch, now, limit };
    const [rows] = yield* gather(
      all(
        after === undefined
          ? firstPage(input)
          : nextPage({ ...input, afterTime: after.lastLoginAt, afterId: after.id }),
      ),
    );
    const [first] = rows;
    return {
      users: rows.map((row) => ({
        user: toUser(row),
        lastActiveAt: row.last_active_at ?? 0,
        sessionCount: row.session_count,
      })),
      userCount: first === undefined ? 0 : account.openUsers - first.users_overdue,
      sessionCount: first === undefined ? 0 : account.openSessions - first.sessions_overdue,
    };
  };
}

/** All open sessions of the user are overdue. */
const HAS_ONLY_OVERDUE = sql<SqlBool>`overdue_count >= open_sessions`;

/**
 * Builds the page of users; each row also has the numbers to subtract from the account's counts. The CTEs are
 * materialized so that planners find the few overdue sessions by deadline and their users by key, and read
 * only one page of users, in index order.
 */
function pageOf({ queries }: StoreContext, slot: Slot, after?: SlotAfter) {
  const accountId = slot<string>("accountId");
  const isAfter =
    after === undefined
      ? sql<SqlBool>`1 = 1`
      : isListedAfter({ lastLoginAt: after<number>("afterTime"), id: after<string>("afterId") });
  const judge: Judge = { state: { epoch: slot("epoch") }, limit: null };
  return queries
    .with(
      (cte) => cte("overdue_sessions").materialized(),
      (inner) =>
        inner
          .selectFrom("curfew_sessions")
          .select("user_id")
          .where("account_id", "=", accountId)
          .where(isOverdue(judge, slot("now"))),
    )
    .with(
      (cte) => cte("overdue").materialized(),
      (inner) =>
        inner
          .selectFrom("overdue_sessions")
          .select((eb) => [
            "overdue_sessions.user_id",
            sql<number>`count(*)`.as("overdue_count"),
            eb
              .selectFrom("curfew_users as u")
              .select("u.open_sessions")
              .where("u.account_id", "=", accountId)
              .whereRef("u.id", "=", "overdue_sessions.user_id")
              .as("open_sessions"),
          ])
          .groupBy("overdue_sessions.user_id"),
    )
    .with(
      (cte) => cte("page").materialized(),
      (inner) =>
        inner
          .selectFrom("curfew_users as u")
          .select(USER_COLUMNS.map((column) => `u.${column}` as const))
          .select("u.open_sessions")
          .where("u.account_id", "=", accountId)
          .where("u.open_epoch", "=", slot<number>("epoch"))
          .where("u.open_sessions", ">", sql.lit(0))
          .where(isAfter)
          .where("u.id", "not in", (eb) => eb.selectFrom("overdue").select("user_id").where(HAS_ONLY_OVERDUE))
          .orderBy("u.last_login_at", "desc")
          .orderBy("u.id")
          .limit(slot<number>("limit")),
    )
    .with("totals", (inner) =>
      inner
        .selectFrom("overdue")
        .select([
          sql<number>`coalesce(sum(overdue_count), 0)`.as("sessions_overdue"),
          sql<number>`coalesce(sum(CASE WHEN ${HAS_ONLY_OVERDUE} THEN 1 ELSE 0 END), 0)`.as("users_overdue"),
        ]),
    )
    .selectFrom("page as p")
    .innerJoin("totals as t", (join) => join.onTrue())
    .leftJoin("overdue as o", "o.user_id", "p.id")
    .select(USER_COLUMNS.map((column) => `p.${column}` as const))
    .select((eb) => [
      "t.sessions_overdue",
      "t.users_overdue",
      sql<number>`p.open_sessions - coalesce(o.overdue_count, 0)`.as("session_count"),
      eb
        .selectFrom("curfew_sessions")
        .select(sql<number>`max(last_active_at)`.as("last_active_at"))
        .where("account_id", "=", accountId)
        .whereRef("user_id", "=", "p.id")
        .where(isLive(judge, slot("now")))
        .as("last_active_at"),
    ])
    .orderBy("p.last_login_at", "desc")
    .orderBy("p.id");
}
