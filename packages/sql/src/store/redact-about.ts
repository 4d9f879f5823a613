import { type SqlBool, sql } from "kysely";
import type { SqlDatabase } from "../database.js";
import { all, type Unit } from "../unit.js";
import { createStoreContext } from "./context.js";
import { updateEvents } from "./erase-users.js";
import { redactEvent } from "./redact-event.js";

/**
 * Creates a unit that takes names, addresses and devices out of the events about somebody who never became a user of the account,
 * such as a person whose invitation was withdrawn. The caller has locked the account.
 *
 * @example
 * const redactEventsAbout = createTrailRedactor(database);
 * yield* redactEventsAbout(accountId, invitation.userId);
 */
export function createTrailRedactor(
  database: SqlDatabase,
): (accountId: string, userId: string) => Unit<void> {
  const context = createStoreContext(database);
  const { dialect, queries } = context;
  return function* redactEventsAbout(accountId, userId) {
    const isAbout = sql<SqlBool>`${dialect.jsonText(sql.ref("details"), "user_id")} = ${userId}`;
    const rows = yield* all(
      queries
        .selectFrom("curfew_events")
        .select(["id", "actor_id", "ip", "details"])
        .where("account_id", "=", accountId)
        .where(isAbout),
    );
    // The id leads nowhere: nobody joins by it any more.
    const user = { userId, newId: userId, name: "", emails: [] };
    const redacted = rows.flatMap(({ id, actor_id: actorId, ip, details }) => {
      const event = redactEvent({ actorId, ip, details, sessionUserId: null }, user);
      return event === null ? [] : [{ id, actor_id: event.actorId, ip: event.ip, details: event.details }];
    });
    yield* updateEvents(context, accountId, redacted);
  };
}
