import { type RawBuilder, type SqlBool, sql } from "kysely";
import { first, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";

/** A number, or where one will stand in a statement that is compiled once. */
type Value = number | RawBuilder<number>;

/** No end was written, and no sign-out of the whole account since. */
const isOpen = (accountEpoch: Value): RawBuilder<SqlBool> =>
  sql`ended_at IS NULL AND account_epoch = ${accountEpoch}`;

/**
 * Open, and before both deadlines: the idle one never lies past the absolute one, so it decides. Nearly every open session
 * is live, so the plus keeps planners from looking them up by deadline.
 */
export const isLive = (accountEpoch: Value, now: Value): RawBuilder<SqlBool> =>
  sql`${isOpen(accountEpoch)} AND +idle_expires_at > ${now}`;

/** Open, and past a deadline: nobody has noticed yet. The sweep leaves few of them. */
export const isOverdue = (accountEpoch: Value, now: Value): RawBuilder<SqlBool> =>
  sql`${isOpen(accountEpoch)} AND idle_expires_at <= ${now}`;

/** How many of the account's open sessions are past a deadline. */
export function* countOverdue(
  context: StoreContext,
  accountId: string,
  accountEpoch: number,
  now: number,
): Unit<number> {
  const row = yield* first(
    context.queries
      .selectFrom("curfew_sessions")
      .select(sql<number>`count(*)`.as("count"))
      .where("account_id", "=", accountId)
      .where(isOverdue(accountEpoch, now)),
  );
  return row?.count ?? 0;
}

/** Tells whether a session is live, and the user's where one is given. */
export function* sessionIsLive(
  context: StoreContext,
  input: { accountId: string; sessionId: string; userId?: string; accountEpoch: number; now: number },
): Unit<boolean> {
  let query = context.queries
    .selectFrom("curfew_sessions")
    .select("id")
    .where("account_id", "=", input.accountId)
    .where("id", "=", input.sessionId)
    .where(isLive(input.accountEpoch, input.now));
  if (input.userId !== undefined) query = query.where("user_id", "=", input.userId);
  return (yield* first(query)) !== null;
}
