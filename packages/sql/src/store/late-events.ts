import type { NewEvent } from "@curfew/core";
import { all, clock, together, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { readErasures } from "./erase-users.js";
import { recordEvent } from "./events.js";
import { type DeletedUser, redactEvent } from "./redact-event.js";
import { readTombstones } from "./tombstones.js";

/**
 * Writes an event whose account the caller has not locked, as `recordEvent` does. A user whom it is about may have been deleted since
 * the caller read them, and the erasure may have passed: it is written as that would have left it.
 */
export function* recordLateEvent(
  context: StoreContext,
  accountId: string,
  event: NewEvent,
  foldKey?: string,
): Unit<void> {
  const deleted = yield* findDeleted(context, accountId, event);
  yield* recordEvent(context, accountId, deleted.users.reduce(withoutUser(deleted), event), foldKey);
}

interface Deleted {
  readonly users: readonly DeletedUser[];
  /** The user of the event's session; null if that is there. */
  readonly sessionUserId: string | null;
}

const NOBODY: Deleted = { users: [], sessionUserId: null };

/** Finds the deleted users whom an event is about. */
function* findDeleted(context: StoreContext, accountId: string, event: NewEvent): Unit<Deleted> {
  const ids = [event.actorId, event.details["user_id"]].filter((id) => typeof id === "string");
  if (ids.length === 0 && event.sessionId === null) return NOBODY;
  const [users, sessionUsers, tombstones, erasures, now] = yield* together(
    all(usersOf(context, accountId).where("u.id", "in", ids.length === 0 ? [""] : ids)),
    all(
      usersOf(context, accountId).where("u.id", "=", (row) =>
        row
          .selectFrom("curfew_sessions")
          .select("user_id")
          .where("account_id", "=", accountId)
          .where("id", "=", event.sessionId ?? ""),
      ),
    ),
    readTombstones(context, accountId, ids),
    readErasures(context, accountId),
    clock(),
  );
  const sessionUserId = sessionUsers.find(({ deleted_at: at }) => at !== null)?.id ?? null;
  const isDeleted = (id: string): boolean => {
    const user = users.find((each) => each.id === id);
    return user === undefined ? tombstones.has(id) : user.deleted_at !== null;
  };
  const deletedIds = new Set(ids.filter(isDeleted));
  if (sessionUserId !== null) deletedIds.add(sessionUserId);
  const erased = (userId: string): DeletedUser => ({
    userId,
    newId: sessionUserId ?? context.newId(now),
    name: "",
    emails: [],
  });
  return {
    users: [...deletedIds].map((id) => erasures.find(({ userId }) => userId === id) ?? erased(id)),
    sessionUserId,
  };
}

/** Users of the account. A deletion waits until the event is committed, so that it finds the event. */
function usersOf({ dialect, queries }: StoreContext, accountId: string) {
  const query = queries
    .selectFrom("curfew_users as u")
    .select(["u.id", "u.deleted_at"])
    .where("u.account_id", "=", accountId);
  return dialect.name === "postgres" ? query.forShare() : query;
}

const withoutUser =
  ({ sessionUserId }: Deleted) =>
  (event: NewEvent, user: DeletedUser): NewEvent => {
    const { actorId, ip, details } = event;
    const redacted = redactEvent({ actorId, ip, details: JSON.stringify(details), sessionUserId }, user);
    return redacted === null
      ? event
      : { ...event, actorId: redacted.actorId, ip: redacted.ip, details: JSON.parse(redacted.details) };
  };
