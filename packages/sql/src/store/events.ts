import { MINUTE_MS, type NewEvent } from "@curfew/core";
import { sql } from "kysely";
import type { SqlDatabase } from "../database.js";
import { toJson } from "../to-json.js";
import { clock, first, run, together, type Unit } from "../unit.js";
import { createStoreContext, type StoreContext } from "./context.js";

/**
 * Writes an event to the audit trail of an account, as part of a unit. Events with the same `foldKey` within a minute become
 * one event with a `count` in its details.
 */
export type EventWriter = (accountId: string, event: NewEvent, foldKey?: string) => Unit<void>;

/**
 * Creates a function that records a host's own events in the transaction that they happen in.
 *
 * @example
 * const writeEvent = createEventWriter(database);
 * await database.write(function* () {
 *   yield* run(insertInvitation);
 *   yield* writeEvent(accountId, { type: "member.invited", actorId, sessionId, ip, details: {} });
 * });
 */
export function createEventWriter(database: SqlDatabase): EventWriter {
  const context = createStoreContext(database);
  return (accountId, event, foldKey) => recordEvent(context, accountId, event, foldKey);
}

/** Writes an event that happened at `at`, in milliseconds since the Unix epoch. */
export function* writeEvent(
  context: StoreContext,
  accountId: string,
  at: number,
  event: NewEvent,
): Unit<void> {
  yield* run(context.queries.insertInto("curfew_events").values(toColumns(context, accountId, at, event)));
}

/** Writes several events that happened at `at`, in one statement. The later ones of a list are newer. */
export function* writeEvents(
  context: StoreContext,
  at: number,
  events: readonly { readonly accountId: string; readonly event: NewEvent }[],
): Unit<void> {
  const rows = events.map(({ accountId, event }) => toColumns(context, accountId, at, event));
  yield* run(context.queries.insertInto("curfew_events").values(rows));
}

/**
 * Writes an event that happens now. Events with the same `foldKey` within a minute become one event with a
 * `count` in its details.
 */
export function* recordEvent(
  context: StoreContext,
  accountId: string,
  event: NewEvent,
  foldKey?: string,
): Unit<void> {
  const [at, isWelcome] = yield* together(clock(), hasTrail(context, accountId));
  if (!isWelcome) return;
  if (foldKey === undefined) return yield* writeEvent(context, accountId, at, event);
  const firstOfMinute = { ...event, details: { ...event.details, count: 1 } };
  yield* run(
    context.queries
      .insertInto("curfew_events")
      .values({
        ...toColumns(context, accountId, at, firstOfMinute),
        fold_key: foldKey,
        fold_minute: Math.floor(at / MINUTE_MS),
      })
      .onConflict((conflict) =>
        conflict
          .columns(["account_id", "type", "fold_key", "fold_minute"])
          .where("fold_key", "is not", null)
          .doUpdateSet({ details: context.dialect.jsonIncrement(sql.ref("curfew_events.details"), "count") }),
      ),
  );
}

/** Whether events of an account are recorded: nobody would remove them from one that is being deleted. */
function* hasTrail({ queries }: StoreContext, accountId: string): Unit<boolean> {
  const query = queries.selectFrom("curfew_accounts").select("id").where("id", "=", accountId);
  return (yield* first(query.where("deleted_at", "is not", null))) === null;
}

function toColumns(context: StoreContext, accountId: string, at: number, event: NewEvent) {
  return {
    account_id: accountId,
    id: context.newId(at),
    at,
    type: event.type,
    actor_id: event.actorId,
    session_id: event.sessionId,
    ip: event.ip,
    details: toJson(event.details),
    fold_key: null,
    fold_minute: null,
  };
}
