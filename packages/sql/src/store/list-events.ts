import type { AuditEvent, EventPage, ListEventsInput } from "@curfew/core";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import { all, together, type Unit } from "../unit.js";
import { isKept } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { readErasures } from "./erase-users.js";
import { type DeletedUser, redactEvent, type TracedEvent } from "./redact-event.js";

const COLUMNS = ["id", "account_id", "at", "type", "actor_id", "session_id", "ip", "details"] as const;

/**
 * Lists a page of an account's events, newest first. Those by or about a user are two lists, each in the order of its index and only
 * as far as the page needs it.
 */
export function* listEvents(context: StoreContext, input: ListEventsInput): Unit<EventPage> {
  const { queries, dialect } = context;
  const { userId, limit } = input;
  const isAbout = sql<SqlBool>`${dialect.jsonText(sql.ref("details"), "user_id")} = ${userId}`;
  const notBy = sql<SqlBool>`(actor_id IS NULL OR actor_id <> ${userId})`;
  const page =
    userId === undefined
      ? pageOf(context, input)
      : queries
          .selectFrom(pageOf(context, input, sql<SqlBool>`actor_id = ${userId}`).as("by"))
          .selectAll()
          .unionAll(queries.selectFrom(pageOf(context, input, isAbout, notBy).as("about")).selectAll());
  const listed = queries
    .selectFrom(page.as("listed"))
    .leftJoin("curfew_users as u", (join) =>
      join.onRef("u.account_id", "=", "listed.account_id").onRef("u.id", "=", "listed.actor_id"),
    )
    .leftJoin("curfew_sessions as s", (join) =>
      join.onRef("s.account_id", "=", "listed.account_id").onRef("s.id", "=", "listed.session_id"),
    )
    .select(COLUMNS.map((column) => `listed.${column}` as const))
    .select(["u.name", "u.email", "s.user_id as session_user_id"])
    .where(isKept(input.accountId))
    .orderBy("listed.at", "desc")
    .orderBy("listed.id", "desc")
    .limit(limit + 1);
  const [rows, erasures] = yield* together(all(listed), readErasures(context, input.accountId));
  const items = rows.slice(0, limit).map((row): AuditEvent => {
    const shown = erasures.reduce(withoutUser, {
      actorId: row.actor_id,
      ip: row.ip,
      details: row.details,
      sessionUserId: row.session_user_id,
    });
    return {
      id: row.id,
      at: row.at,
      type: row.type,
      // The actor may be a user that the store does not know.
      actor:
        shown.actorId === null ? null : { id: shown.actorId, name: row.name ?? "", email: row.email ?? "" },
      sessionId: row.session_id,
      ip: shown.ip,
      details: JSON.parse(shown.details),
    };
  });
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, next: last === undefined ? null : { at: last.at, id: last.id } };
}

const withoutUser = (event: TracedEvent, user: DeletedUser): TracedEvent => ({
  ...event,
  ...redactEvent(event, user),
});

function pageOf(
  { queries }: StoreContext,
  { accountId, type, from, to, after, limit }: ListEventsInput,
  ...conditions: readonly RawBuilder<SqlBool>[]
) {
  let query = queries
    .selectFrom("curfew_events")
    .select(COLUMNS)
    .where("account_id", "=", accountId)
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(limit + 1);
  for (const condition of conditions) query = query.where(condition);
  if (type !== undefined) query = query.where("type", "=", type);
  if (from !== undefined) query = query.where("at", ">=", from);
  if (to !== undefined) query = query.where("at", "<", to);
  if (after !== null) query = query.where(sql<SqlBool>`(at, id) < (${after.at}, ${after.id})`);
  return query;
}
