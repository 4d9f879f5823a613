import type { ListSessionsInput, SessionPage } from "@curfew/core";
import { sql } from "kysely";
import { all, clock, type Unit } from "../unit.js";
import { readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { isLive } from "./live.js";
import { SESSION_COLUMNS, toSession } from "./rows.js";

/** A page of an account's live sessions, newest activity first. */
export function* listSessions(context: StoreContext, input: ListSessionsInput): Unit<SessionPage> {
  const now = yield* clock();
  const { state } = yield* readAccount(context, input.accountId);
  const { after, userId } = input;
  let query = context.queries
    .selectFrom("curfew_sessions as s")
    .innerJoin("curfew_users as u", (join) =>
      join.onRef("u.account_id", "=", "s.account_id").onRef("u.id", "=", "s.user_id"),
    )
    .select(SESSION_COLUMNS.map((column) => `s.${column}` as const))
    .select(["u.name as user_name", "u.email as user_email"])
    .where("s.account_id", "=", input.accountId)
    .where(isLive(state.epoch, now))
    .orderBy("s.last_active_at", "desc")
    .orderBy("s.id", "desc")
    .limit(input.limit + 1);
  if (userId !== undefined) query = query.where("s.user_id", "=", userId);
  if (after !== null)
    query = query.where(sql<boolean>`(s.last_active_at, s.id) < (${after.lastActiveAt}, ${after.id})`);

  const rows = yield* all(query);
  const items = rows.slice(0, input.limit).map((row) => ({
    session: toSession(row),
    user: { id: row.user_id, name: row.user_name, email: row.user_email },
  }));
  const last = rows.length > input.limit ? items.at(-1)?.session : undefined;
  return { items, next: last === undefined ? null : { lastActiveAt: last.lastActiveAt, id: last.id } };
}
