import { type RawBuilder, sql } from "kysely";
import { all, first, lockAccount, raw, run, tryLockAccounts, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { type DeletedUser, redactEvent } from "./redact-event.js";

/** A deleted user, and how far the erasure is. */
interface Erasure extends DeletedUser {
  readonly accountId: string;
  /** The sessions up to this id are done; null once all are. */
  readonly sessionsTo: string | null;
  readonly eventsTo: string;
}

/** What a batch has done. */
export interface ErasedRows {
  readonly changed: number;
  /** Whether rows are left, of this or another deleted user. */
  readonly more: boolean;
  /** Whether the last row of the user is done. */
  readonly isComplete: boolean;
}

const NOTHING_ERASED: ErasedRows = { changed: 0, more: false, isComplete: false };

/**
 * Rows that a batch looks at, for each that it may remove. No index finds the rows of one person: their ids and addresses are
 * in the details of events too.
 */
const ROWS_SEEN_FACTOR = 10;

const COLUMNS = ["account_id", "user_id", "new_id", "name", "emails", "sessions_to", "events_to"] as const;

/** The deleted users of an account whose data may still be in some rows; nearly always none. */
export function* readErasures(context: StoreContext, accountId: string): Unit<readonly Erasure[]> {
  const query = context.queries.selectFrom("curfew_deletions").select(COLUMNS);
  return (yield* all(query.where("account_id", "=", accountId))).map(toErasure);
}

const toErasure = (
  row: Record<Exclude<(typeof COLUMNS)[number], "sessions_to">, string> & { sessions_to: string | null },
): Erasure => ({
  accountId: row.account_id,
  userId: row.user_id,
  newId: row.new_id,
  name: row.name,
  emails: JSON.parse(row.emails),
  sessionsTo: row.sessions_to,
  eventsTo: row.events_to,
});

/** The outcome of a call that would begin a user whose erasure has to be finished first; it has written nothing. */
export interface ErasureFirst {
  readonly kind: "erasure_first";
  readonly accountId: string;
  readonly userId: string;
}

/** Returns the first of some users who is being erased, if there is one. The account is locked. */
export function* findErasure(
  context: StoreContext,
  accountId: string,
  userIds: readonly string[],
): Unit<ErasureFirst | null> {
  const erasures = yield* readErasures(context, accountId);
  const first = erasures.find(({ userId }) => userIds.includes(userId));
  return first === undefined ? null : { kind: "erasure_first", accountId, userId: first.userId };
}

/** Runs one batch for a deleted user of an account that no other unit has locked. */
export function* eraseAnyUser(context: StoreContext, batch: number): Unit<ErasedRows> {
  const row = yield* first(
    context.queries
      .selectFrom("curfew_deletions")
      .select(COLUMNS)
      .orderBy("account_id")
      .orderBy("user_id")
      .limit(1),
  );
  if (row === null || !(yield* tryLockAccounts([row.account_id])).has(row.account_id)) return NOTHING_ERASED;
  return yield* eraseNext(context, row.account_id, row.user_id, batch);
}

/** Runs one batch for one deleted user. Complete where nothing is left to do. */
export function* eraseUser(
  context: StoreContext,
  accountId: string,
  userId: string,
  batch: number,
): Unit<ErasedRows> {
  yield* lockAccount(accountId);
  return yield* eraseNext(context, accountId, userId, batch);
}

/** The account is locked. Another process may have finished the erasure before that. */
function* eraseNext(
  context: StoreContext,
  accountId: string,
  userId: string,
  batch: number,
): Unit<ErasedRows> {
  const erasure = (yield* readErasures(context, accountId)).find((each) => each.userId === userId);
  if (erasure === undefined) return { ...NOTHING_ERASED, isComplete: true };
  const seen = batch * ROWS_SEEN_FACTOR;
  let changed = 0;
  if (erasure.sessionsTo !== null) {
    const to = yield* endOfWindow(context, "curfew_sessions", erasure, erasure.sessionsTo, seen);
    changed += yield* eraseSessions(context, erasure, to);
    yield* saveProgress(context, erasure, { sessions_to: to });
    if (to !== null) return { changed, more: true, isComplete: false };
  }
  const to = yield* endOfWindow(context, "curfew_events", erasure, erasure.eventsTo, seen);
  const { redacted, newEmails } = yield* eraseEvents(context, erasure, to);
  changed += redacted;
  if (newEmails.length > 0) {
    // Events before this one may have only the other address.
    const emails = JSON.stringify([...erasure.emails, ...newEmails]);
    yield* saveProgress(context, erasure, { emails, events_to: "" });
    return { changed, more: true, isComplete: false };
  }
  if (to !== null) {
    yield* saveProgress(context, erasure, { events_to: to });
    return { changed, more: true, isComplete: false };
  }
  yield* removeUser(context, erasure);
  return { changed: changed + 1, more: true, isComplete: true };
}

/** The id of the row `size` rows after `after`; null if the account has fewer. */
function* endOfWindow(
  context: StoreContext,
  table: "curfew_sessions" | "curfew_events",
  { accountId }: Erasure,
  after: string,
  size: number,
): Unit<string | null> {
  const row = yield* first(
    context.queries
      .selectFrom(table)
      .select("id")
      .where("account_id", "=", accountId)
      .where("id", ">", after)
      .orderBy("id")
      .offset(sql.lit(size - 1))
      .limit(sql.lit(1)),
  );
  return row?.id ?? null;
}

/** The rows of a window that begins after `after`. */
const within = ({ accountId }: Erasure, after: string, to: string | null): RawBuilder<boolean> => sql`
  account_id = ${accountId} AND id > ${after} ${to === null ? sql`` : sql`AND id <= ${to}`}`;

/** All sessions of the user have ended, so no refresh waits for them. */
function* eraseSessions(context: StoreContext, erasure: Erasure, to: string | null): Unit<number> {
  return yield* run(
    context.queries
      .updateTable("curfew_sessions")
      .set({
        user_id: erasure.newId,
        key_thumbprint: null,
        rotation_networks: null,
        device_label: null,
        user_agent: null,
        ip: null,
        seen_label: null,
        seen_user_agent: null,
        seen_ip: null,
      })
      .where(within(erasure, erasure.sessionsTo ?? "", to))
      .where("user_id", "=", erasure.userId),
  );
}

function* eraseEvents(context: StoreContext, erasure: Erasure, to: string | null) {
  const rows = yield* all(
    context.queries
      .selectFrom(
        context.queries
          .selectFrom("curfew_events")
          .select(["account_id", "id", "actor_id", "session_id", "ip", "details"])
          .where(within(erasure, erasure.eventsTo, to))
          .as("e"),
      )
      .leftJoin("curfew_sessions as s", (join) =>
        join.onRef("s.account_id", "=", "e.account_id").onRef("s.id", "=", "e.session_id"),
      )
      .select(["e.id", "e.actor_id", "e.ip", "e.details", "s.user_id"]),
  );
  const newEmails = new Set<string>();
  const redacted = rows.flatMap((row) => {
    const event = redactEvent(
      { actorId: row.actor_id, ip: row.ip, details: row.details, sessionUserId: row.user_id },
      erasure,
    );
    if (event === null) return [];
    for (const email of event.newEmails) newEmails.add(email);
    const isChanged = event.actorId !== row.actor_id || event.ip !== row.ip || event.details !== row.details;
    return isChanged ? [{ id: row.id, actor_id: event.actorId, ip: event.ip, details: event.details }] : [];
  });
  yield* updateEvents(context, erasure.accountId, redacted);
  return { redacted: redacted.length, newEmails: [...newEmails] };
}

/** An event as it is left. */
interface RedactedRow {
  readonly id: string;
  readonly actor_id: string | null;
  readonly ip: string | null;
  readonly details: string;
}

/** Writes events of an account as they are left, in one statement. */
export function* updateEvents(
  { dialect, queries }: StoreContext,
  accountId: string,
  redacted: readonly RedactedRow[],
): Unit<void> {
  if (redacted.length === 0) return;
  const columns = { id: "text", actor_id: "text", ip: "text", details: "text" } as const;
  yield* run(
    raw(
      queries,
      sql`UPDATE curfew_events SET actor_id = r.actor_id, ip = r.ip, details = r.details, fold_key = NULL
        FROM ${dialect.rows(redacted, columns)} AS r
        WHERE curfew_events.account_id = ${accountId} AND curfew_events.id = r.id`,
    ),
  );
}

function* saveProgress(
  context: StoreContext,
  { accountId, userId }: Erasure,
  progress: { readonly sessions_to?: string | null; readonly events_to?: string; readonly emails?: string },
): Unit<void> {
  yield* run(
    context.queries
      .updateTable("curfew_deletions")
      .set(progress)
      .where("account_id", "=", accountId)
      .where("user_id", "=", userId),
  );
}

/** The new row stays: it is who the trail shows. */
function* removeUser(context: StoreContext, { accountId, userId }: Erasure): Unit<void> {
  yield* run(
    context.queries
      .deleteFrom("curfew_deletions")
      .where("account_id", "=", accountId)
      .where("user_id", "=", userId),
  );
  yield* run(
    context.queries
      .deleteFrom("curfew_users")
      .where("account_id", "=", accountId)
      .where("id", "=", userId)
      .where("deleted_at", "is not", null),
  );
}
