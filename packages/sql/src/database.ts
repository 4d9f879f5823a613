import type { Kysely } from "kysely";
import type { Dialect } from "./dialect.js";
import type { Unit } from "./unit.js";

/** The connections of a process to its database. */
export interface PoolState {
  /** Those that are open. */
  readonly open: number;
  /** Those of them that nobody uses. */
  readonly idle: number;
  /** Callers that wait for one. */
  readonly waiting: number;
}

/** A database that runs units. */
export interface SqlDatabase {
  readonly dialect: Dialect;
  /** A Kysely that compiles for this database and runs nothing, typed by its user's tables. */
  queries<Tables>(): Kysely<Tables>;
  /**
   * Runs a unit that only reads, on one state of the database. Throws `unavailable`.
   *
   * @param options.single the unit is one statement, and asks for no clock but the stated one
   */
  read<T>(unit: () => Unit<T>, options?: { readonly single?: boolean }): Promise<T>;
  /**
   * Runs a unit and answers once it is durable; whatever the unit throws is thrown here, and nothing is kept of it.
   * Throws `unavailable` where the database can't answer or could not commit.
   *
   * @param options.single the unit is one statement, which needs no savepoint
   */
  write<T>(unit: () => Unit<T>, options?: { readonly single?: boolean }): Promise<T>;
  /**
   * Runs a unit that changes the schema, alone among all who do. Throws `DatabaseOpenError` `cannot_open` where the database
   * refuses this user, and `unavailable`.
   */
  alter<T>(unit: () => Unit<T>): Promise<T>;
  /** Calls `wake` after each commit that a unit announced. */
  listen(wake: () => void): { stop(): void };
  /** A new id (UUIDv7). @param now milliseconds since the Unix epoch */
  newId(now: number): string;
  /** What the connections are doing at this moment; null where there is but one. */
  poolState(): PoolState | null;
  /** Finishes what is under way; whatever is asked afterwards is `unavailable`. */
  close(): Promise<void>;
}

/** Why a database could not be opened. */
export type DatabaseOpenErrorCode = "in_use" | "not_a_database" | "cannot_open" | "newer";

/** Thrown where a database is opened or brought up to date. The message is one line for people. */
export class DatabaseOpenError extends Error {
  readonly code: DatabaseOpenErrorCode;

  constructor(code: DatabaseOpenErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "DatabaseOpenError";
    this.code = code;
  }
}
