import type { NotedRefreshInput, RefreshedSession, RefreshInput } from "@curfew/core";
import { type Compilable, type RawBuilder, type Selectable, sql } from "kysely";
import type { AccountsTable } from "../schema.js";
import { all, first, fixed, raw, type Slots, statedClock, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { writeEvent } from "./events.js";
import {
  type ExpressionsOf,
  type NoteValues,
  type RefreshClauses,
  type RefreshValues,
  refreshClauses,
  toNoteValues,
  toRefreshValues,
} from "./refresh-clauses.js";
import {
  JOINED_USER_COLUMNS,
  type JoinedUser,
  type LimitRow,
  SESSION_COLUMNS,
  type SessionRow,
  toAccountState,
  toJoinedUser,
  toSession,
} from "./rows.js";
import { limitColumns } from "./session-state.js";

type Compiler = Pick<StoreContext, "dialect" | "queries">;

type AccountStateRow = Pick<Selectable<AccountsTable>, "epoch" | "policy_version" | "applied_policy_version">;

export type RefreshedRow = SessionRow & LimitRow & JoinedUser & AccountStateRow & { now: number };

const LIMIT_COLUMNS = sql.join(limitColumns("curfew_sessions"));

type SingleValues = RefreshValues & { stated: number | null };

/** Compiles the statement that refreshes one session; its condition is the whole decision. */
export function compileRefresh({
  dialect,
  queries,
}: Compiler): (values: SingleValues) => Compilable<RefreshedRow> {
  return fixed<RefreshedRow, SingleValues>((slot) =>
    raw(
      queries,
      dialect.atMoment(slot("stated"), (now) =>
        updateOne(slot, now, refreshClauses(dialect, { ...slotsOf(slot), now })),
      ),
    ),
  );
}

/** Compiles the statement that refreshes one session and records a note, if its state is the one decided on. */
export function compileNotedRefresh({
  dialect,
  queries,
}: Compiler): (values: SingleValues & NoteValues) => Compilable<RefreshedRow> {
  return fixed<RefreshedRow, SingleValues & NoteValues>((slot) => {
    const note: ExpressionsOf<NoteValues> = {
      decidedGeneration: slot("decidedGeneration"),
      decidedSharedGeneration: number(slot("decidedSharedGeneration")),
      decidedDeviceChangedAt: number(slot("decidedDeviceChangedAt")),
      sharedRotations: number(slot("sharedRotations")),
      deviceChanges: slot("deviceChanges"),
    };
    return raw(
      queries,
      dialect.atMoment(slot("stated"), (now) =>
        updateOne(slot, now, refreshClauses(dialect, { ...slotsOf(slot), now }, note)),
      ),
    );
  });
}

type RefreshSlots = Slots<keyof RefreshValues>;

/** PostgreSQL can't tell the type of a parameter that is only compared with NULL. */
const text = (value: RawBuilder<string | null>): RawBuilder<string | null> => sql`CAST(${value} AS TEXT)`;
const number = (value: RawBuilder<number | null>): RawBuilder<number | null> => sql`CAST(${value} AS BIGINT)`;

const slotsOf = (slot: RefreshSlots) => ({
  generation: slot<number>("generation"),
  provenThumbprint: slot<string | null>("provenThumbprint"),
  idleForMs: slot<number>("idleForMs"),
  graceMs: slot<number>("graceMs"),
  network: text(slot("network")),
  hasDevice: slot<number>("hasDevice"),
  label: text(slot("label")),
  userAgent: slot<string | null>("userAgent"),
  ip: slot<string | null>("ip"),
});

/** Builds the statement that updates one session, if it is allowed, and returns it with its user and account. */
export function updateOne(
  slot: Slots<"accountId" | "sessionId">,
  now: RawBuilder<number>,
  { assignments, isAllowed }: RefreshClauses,
): RawBuilder<RefreshedRow> {
  const ofAccount = (column: keyof AccountStateRow) =>
    sql`(SELECT ${sql.ref(column)} FROM curfew_accounts WHERE id = curfew_sessions.account_id)`;
  const ofUser = (column: string) => sql`(
        SELECT ${sql.ref(column)} FROM curfew_users
        WHERE account_id = curfew_sessions.account_id AND id = curfew_sessions.user_id)`;
  return sql<RefreshedRow>`
        UPDATE curfew_sessions SET ${assignments}
        WHERE account_id = ${slot("accountId")} AND id = ${slot("sessionId")}
          AND account_epoch = ${ofAccount("epoch")} AND ${isAllowed}
        RETURNING ${sql.join(SESSION_COLUMNS.map((column) => sql.ref(column)))}, ${LIMIT_COLUMNS},
          ${ofAccount("epoch")} AS epoch,
          ${ofAccount("policy_version")} AS policy_version,
          ${ofAccount("applied_policy_version")} AS applied_policy_version,
          ${ofUser("name")} AS user_name, ${ofUser("email")} AS user_email,
          ${ofUser("role")} AS user_role, ${ofUser("disabled")} AS user_disabled,
          ${ofUser("epoch")} AS user_epoch, ${ofUser("role_epoch")} AS user_role_epoch,
          ${ofUser("last_login_at")} AS user_last_login_at, ${now} AS now`;
}

/**
 * Returns a unit that refreshes one session, or answers null if the session is not live, the token is not
 * accepted, or the refresh needs a note.
 */
export function createSessionRefresher(
  context: StoreContext,
): (input: RefreshInput) => Unit<RefreshedSession | null> {
  const statement = compileRefresh(context);
  return function* refreshSession(input) {
    const row = yield* first(statement({ ...toRefreshValues(input), stated: yield* statedClock() }));
    return row === null ? null : toRefreshedSession(row);
  };
}

/** Returns a unit that refreshes one session with a note, or answers null; see `Store.refreshAndNote`. */
export function createNotedRefresher(
  context: StoreContext,
): (input: NotedRefreshInput) => Unit<RefreshedSession | null> {
  const statement = compileNotedRefresh(context);
  return function* refreshAndNote(input) {
    const stated = yield* statedClock();
    const row = yield* first(statement({ ...toRefreshValues(input), ...toNoteValues(input), stated }));
    if (row === null) return null;
    for (const event of input.events) yield* writeEvent(context, input.accountId, row.now, event);
    return toRefreshedSession(row);
  };
}

/** The parameters of a batch: an array for each value of the inputs, with its column and PostgreSQL type. */
const BATCH_COLUMNS = {
  accountId: ["account_id", "text"],
  sessionId: ["session_id", "text"],
  generation: ["generation", "bigint"],
  provenThumbprint: ["thumbprint", "text"],
  idleForMs: ["idle_for_ms", "bigint"],
  graceMs: ["grace_ms", "bigint"],
  network: ["network", "text"],
  hasDevice: ["has_device", "bigint"],
  label: ["label", "text"],
  userAgent: ["user_agent", "text"],
  ip: ["ip", "text"],
} as const satisfies Record<keyof RefreshValues, readonly [column: string, type: string]>;

type BatchValues = Record<keyof RefreshValues, readonly unknown[]> & { stated: number | null };

const BATCH_NAMES = Object.keys(BATCH_COLUMNS) as (keyof RefreshValues)[];

function toArrays(values: readonly RefreshValues[]): Omit<BatchValues, "stated"> {
  const arrayOf = (name: keyof RefreshValues): readonly unknown[] => values.map((value) => value[name]);
  return {
    accountId: arrayOf("accountId"),
    sessionId: arrayOf("sessionId"),
    generation: arrayOf("generation"),
    provenThumbprint: arrayOf("provenThumbprint"),
    idleForMs: arrayOf("idleForMs"),
    graceMs: arrayOf("graceMs"),
    network: arrayOf("network"),
    hasDevice: arrayOf("hasDevice"),
    label: arrayOf("label"),
    userAgent: arrayOf("userAgent"),
    ip: arrayOf("ip"),
  };
}

/** A refreshed row with the position of its input, counted from 1. */
type BatchRow = RefreshedRow & { nth: number };

/**
 * Compiles the PostgreSQL statement that refreshes several sessions. It locks the rows that no other
 * transaction holds and skips the others, so that two batches can't deadlock. If a row has changed since the
 * statement began, PostgreSQL evaluates the condition again on the latest version.
 */
export function compileBatchRefresh({
  dialect,
  queries,
}: Compiler): (values: BatchValues) => Compilable<BatchRow> {
  return fixed<BatchRow, BatchValues>((slot) => {
    const arrays = sql.join(
      BATCH_NAMES.map((name) => sql`CAST(${slot(name)} AS ${sql.raw(BATCH_COLUMNS[name][1])}[])`),
    );
    const columns = sql.join(BATCH_NAMES.map((name) => sql.ref(BATCH_COLUMNS[name][0])));
    const input = <Value>(name: keyof RefreshValues): RawBuilder<Value> =>
      sql`${sql.ref(`r.${BATCH_COLUMNS[name][0]}`)}`;
    const { assignments, isAllowed } = refreshClauses(dialect, {
      now: sql.ref("r.now"),
      generation: input("generation"),
      provenThumbprint: input("provenThumbprint"),
      idleForMs: input("idleForMs"),
      graceMs: input("graceMs"),
      network: input("network"),
      hasDevice: input("hasDevice"),
      label: input("label"),
      userAgent: input("userAgent"),
      ip: input("ip"),
    });
    return raw(
      queries,
      dialect.atMoment(
        slot("stated"),
        (now) => sql<BatchRow>`,
          held AS MATERIALIZED (
            SELECT r.*, ${now} AS now
            FROM unnest(${arrays}) WITH ORDINALITY
              AS r (${columns}, nth)
            JOIN curfew_sessions s ON s.account_id = r.account_id AND s.id = r.session_id
            FOR NO KEY UPDATE OF s SKIP LOCKED)
          UPDATE curfew_sessions SET ${assignments}
          FROM held r
            JOIN curfew_accounts a ON a.id = r.account_id,
            curfew_users u
          WHERE curfew_sessions.account_id = r.account_id AND curfew_sessions.id = r.session_id
            AND u.account_id = r.account_id AND u.id = curfew_sessions.user_id
            AND +curfew_sessions.account_epoch = a.epoch AND ${isAllowed}
          RETURNING ${sql.join(SESSION_COLUMNS.map((column) => sql.ref(`curfew_sessions.${column}`)))}, ${LIMIT_COLUMNS},
            a.epoch, a.policy_version, a.applied_policy_version,
            ${sql.join(JOINED_USER_COLUMNS.map((column) => sql.raw(column)))}, r.now, r.nth`,
      ),
    );
  });
}

/**
 * Returns a unit that refreshes several different sessions and answers in the order of the inputs, with null
 * also for a session whose row another transaction holds.
 */
export function createBatchRefresher(
  context: StoreContext,
): (inputs: readonly RefreshInput[]) => Unit<readonly (RefreshedSession | null)[]> {
  const statement = compileBatchRefresh(context);
  return function* refreshBatch(inputs) {
    const arrays = toArrays(inputs.map(toRefreshValues));
    const rows = yield* all(statement({ ...arrays, stated: yield* statedClock() }));
    const refreshed = new Map(rows.map((row) => [row.nth, row]));
    return inputs.map((_, index) => {
      const row = refreshed.get(index + 1);
      return row === undefined ? null : toRefreshedSession(row);
    });
  };
}

export const toRefreshedSession = (row: RefreshedRow): RefreshedSession => ({
  session: toSession(row),
  user: toJoinedUser(row),
  account: toAccountState(row),
  now: row.now,
});
