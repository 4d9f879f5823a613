import type { NewEvent } from "@curfew/core";
import type { SqlDatabase } from "./database.js";
import { storeContext } from "./store/context.js";
import { recordEvent } from "./store/events.js";
import type { Unit } from "./unit.js";

/** Writes an event into an account's trail, in the unit of what it records. */
export type EventWriter = (accountId: string, event: NewEvent) => Unit<void>;

/**
 * Makes what records a host's own acts in the transaction that they happen in.
 *
 * @example
 * const writeEvent = createEventWriter(database);
 * await database.write(function* () {
 *   yield* run(insertInvitation);
 *   yield* writeEvent(accountId, { type: "member.invited", actorId, sessionId, ip, details: {} });
 * });
 */
export function createEventWriter(database: SqlDatabase): EventWriter {
  const context = storeContext(database);
  return (accountId, event) => recordEvent(context, accountId, event);
}
