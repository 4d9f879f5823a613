import { CurfewError } from "@curfew/core";
import type { Expression, Kysely, RawBuilder, SqlBool } from "kysely";
import type { Unit } from "./unit.js";

/** SQL that SQLite and PostgreSQL spell differently. */
export interface Dialect {
  readonly name: "sqlite" | "postgres";
  /** Whether other transactions can write while a unit runs. */
  readonly writesConcurrently: boolean;
  /** Joins two tables in the written order, for a planner that would otherwise reorder them. */
  readonly joinInOrder: RawBuilder<unknown>;
  /** Ends the selection of rows to delete, so that concurrent sweeps don't wait for each other. */
  readonly skipLocked: RawBuilder<unknown>;
  /** The smaller of two numbers. */
  least(left: Expression<unknown>, right: Expression<unknown>): RawBuilder<number>;
  /** The larger of two numbers. */
  greatest(left: Expression<unknown>, right: Expression<unknown>): RawBuilder<number>;
  /** The position of `part` in `text`, counted from 1; 0 if it does not occur. */
  position(text: Expression<unknown>, part: Expression<unknown>): RawBuilder<number>;
  /** The JSON object `text` with its number `field` incremented by one. */
  jsonIncrement(text: Expression<unknown>, field: string): RawBuilder<string>;
  /** A text of the JSON object `text`; null if it has no such field. Spelled as the indexes on it. */
  jsonText(text: Expression<unknown>, field: string): RawBuilder<string | null>;
  /** Whether `value` is one of the texts in the JSON array `json`, by an index on `value` if there is one. */
  isAmong(value: Expression<unknown>, json: Expression<unknown>): RawBuilder<SqlBool>;
  /** A table expression, for use after FROM, of some objects. */
  rows(objects: readonly object[], columns: Readonly<Record<string, "text" | "number">>): RawBuilder<unknown>;
  /** How a row tells when it was written, for `isSince`. */
  mark(now: Expression<number>): RawBuilder<unknown>;
  /** The moment of the statement's snapshot as text, for `isSince`. */
  snapshot(now: Expression<number>): RawBuilder<string>;
  /** Whether a row's mark is later than a snapshot: the row was written, or became visible, since. */
  isSince(mark: Expression<unknown>, snapshot: string): RawBuilder<SqlBool>;
  /**
   * A statement that uses the database's current time.
   *
   * @param stated the result of `statedClock`
   * @param build builds the statement around the expression for the current time
   */
  atMoment<Row>(
    stated: RawBuilder<number | null>,
    build: (now: RawBuilder<number>) => RawBuilder<Row>,
  ): RawBuilder<Row>;
}

/** The state of a process's connection pool. */
export interface PoolState {
  /** Open connections. */
  readonly open: number;
  /** Open connections that are not in use. */
  readonly idle: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
}

export interface WriteOptions {
  readonly single?: boolean;
  readonly lock?: string;
  /** The unit may take long on a large account: its caller waits, instead of being told after 2.7 seconds that it can't be answered. */
  readonly patient?: boolean;
}

/** A database that runs units. */
export interface SqlDatabase {
  readonly dialect: Dialect;
  /**
   * Returns a Kysely that compiles statements for this database and can't run them, typed by the caller's
   * tables.
   */
  queries<Tables>(): Kysely<Tables>;
  /**
   * Runs a unit that only reads, on one snapshot of the database.
   *
   * @param options.single the unit is one statement and requests no clock other than `statedClock`
   * @throws `unavailable`
   */
  read<T>(unit: () => Unit<T>, options?: { readonly single?: boolean }): Promise<T>;
  /**
   * Runs a unit and resolves once its commit is durable. An error that the unit throws rolls it back and is
   * thrown here.
   *
   * @param options.single the unit is one statement, which needs no savepoint
   * @param options.lock the key of the lock that the unit takes first: writes of one key take turns before they
   *   take a connection
   * @throws `unavailable` if the database can't be reached or the commit failed, or if it is not known in time whether it succeeded
   */
  write<T>(unit: () => Unit<T>, options?: WriteOptions): Promise<T>;
  /**
   * Runs a unit that changes the schema, with no other schema change at the same time; again after a deadlock.
   *
   * @throws `DatabaseOpenError` `cannot_open` if the database user lacks the permission; `unavailable`
   */
  alter<T>(unit: () => Unit<T>): Promise<T>;
  /** Calls `wake` after each commit of a unit that called `announce`. */
  listen(wake: () => void): { stop(): void };
  /** Returns a new id (UUIDv7). @param now milliseconds since the Unix epoch */
  newId(now: number): string;
  /** Returns the current state of the connection pool, or null for a database with a single connection. */
  poolState(): PoolState | null;
  /**
   * Empties the log of recent changes, in which deleted rows can still be read, if the database keeps it in a file of its own.
   * What goes wrong is left to the next call or the next opening.
   */
  emptyLog(): Promise<void>;
  /** Finishes the work in progress; every later call is `unavailable`. */
  close(): Promise<void>;
}

/** Why a database could not be opened. */
export type DatabaseOpenErrorCode = "in_use" | "not_a_database" | "cannot_open" | "newer";

/** Thrown when a database can't be opened or migrated. The message is a single line for the operator. */
export class DatabaseOpenError extends Error {
  readonly code: DatabaseOpenErrorCode;

  constructor(code: DatabaseOpenErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "DatabaseOpenError";
    this.code = code;
  }
}

const RETRY_AFTER_SECONDS = 2;

/** Creates the error that callers get while the database can't serve them. */
export function unavailable(message: string, cause?: unknown): CurfewError<"unavailable"> {
  return new CurfewError("unavailable", { retryAfterSeconds: RETRY_AFTER_SECONDS }, { message, cause });
}
