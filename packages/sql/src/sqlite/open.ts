import { randomBytes as nodeRandomBytes } from "node:crypto";
import { chmodSync, closeSync, openSync } from "node:fs";
import { createUuidv7, type RandomBytes } from "@curfew/core";
import type Database from "better-sqlite3";
import { DatabaseOpenError, type SqlDatabase, unavailable } from "../database.js";
import { driverFailed, loadDriver } from "../load-driver.js";
import { backUp } from "./back-up.js";
import { sqliteCompiler, sqliteDialect } from "./dialect.js";
import { resultCode, translateError } from "./errors.js";
import { GroupCommit, runUnit, type UnitHost } from "./group-commit.js";
import { StatementCache } from "./statement-cache.js";

/** The database holds e-mail addresses and activity, so only the file's owner may read it. */
const OWNER_ONLY = 0o600;

interface ClockOptions {
  /** The database's clock, in milliseconds since the Unix epoch. Default: `Date.now`. */
  readonly now?: () => number;
  readonly randomBytes?: RandomBytes;
}

/** A connection of its own. */
export interface OpenSqlitePathOptions extends ClockOptions {
  /** The database file, created if it does not exist; null for a database in memory, for tests. */
  readonly path: string | null;
  readonly database?: never;
}

/** A host's connection. */
export interface OpenSqliteDatabaseOptions extends ClockOptions {
  /**
   * A `Database` of `better-sqlite3` that the host opened and closes, for this process alone to write to. None of its settings is
   * changed. A write waits for a transaction that the host has open on it, and is `unavailable` after 2.5 seconds, so it must not be
   * awaited inside one.
   */
  readonly database: SqliteConnection;
  readonly path?: never;
}

export type OpenSqliteOptions = OpenSqlitePathOptions | OpenSqliteDatabaseOptions;

/** A `Database` of `better-sqlite3`, told without its types, which are not needed to read these. */
export interface SqliteConnection {
  readonly open: boolean;
  readonly inTransaction: boolean;
  readonly readonly: boolean;
  prepare(sql: string): unknown;
  pragma(source: string, options?: { simple?: boolean }): unknown;
  backup(
    path: string,
    options?: { progress(info: { totalPages: number; remainingPages: number }): number },
  ): unknown;
}

/** A database in a file of this machine. */
export interface SqliteDatabase extends SqlDatabase {
  /**
   * Copies the database to a file while it is in use, without blocking its callers. What is committed meanwhile is in the copy.
   *
   * @param path a file that does not exist yet; a copy that fails leaves none
   * @param signal cancels the copy
   * @throws `unavailable`, with SQLite's error as its cause, if the file can't be written or the database is closed; the signal's
   *   reason
   */
  backUp(path: string, signal?: AbortSignal): Promise<void>;
}

/**
 * Opens an SQLite database for exclusive use by this process.
 *
 * @throws `DatabaseOpenError` `in_use`, `not_a_database` and `cannot_open`, also if `better-sqlite3` is not installed or can't be loaded
 * @example const database = openSqlite({ path: "data/curfew.db" });
 * @example const database = openSqlite({ database: hosts }); // and later: await database.close(); hosts.close();
 */
export function openSqlite(options: OpenSqliteOptions): SqliteDatabase {
  const now = options.now ?? (() => Date.now());
  const isShared = options.database !== undefined;
  const connection = isShared ? requireWritable(options.database) : openConnection(options.path);
  const statements = new StatementCache(connection);
  const listeners = new Set<() => void>();
  const commits = new GroupCommit(connection, statements, {
    now,
    isShared,
    onAnnounced: () => {
      for (const wake of [...listeners]) wake();
    },
  });
  const readHost: UnitHost = {
    now,
    announce: () => {
      throw new Error("announce() is not allowed in a read transaction");
    },
    execute: (statement) => statements.run(statement, "read"),
  };
  let closed = false;
  const closing = new AbortController();
  const copies = new Set<Promise<void>>();

  return {
    dialect: sqliteDialect,
    queries: <Tables>() => sqliteCompiler<Tables>(),
    async read(unit) {
      if (closed) throw unavailable("the database is closed");
      try {
        // Reads and group commits run synchronously, so no write can come between two statements of a read.
        return runUnit(unit(), readHost);
      } catch (error) {
        throw translateError(error);
      }
    },
    async write(unit, writeOptions) {
      if (closed) throw unavailable("the database is closed");
      return commits.write(unit, writeOptions?.single ?? false);
    },
    listen(wake) {
      listeners.add(wake);
      return { stop: () => listeners.delete(wake) };
    },
    alter: (unit) => commits.write(unit, false),
    newId: createUuidv7(options.randomBytes ?? nodeRandomBytes),
    poolState: () => null,
    async emptyLog() {
      // A host's log is its own, as its backups are; and emptying it would wait for the host's other connections.
      if (closed || isShared) return;
      commits.flush();
      emptyLog(connection);
    },
    async backUp(path, signal) {
      if (closed) throw unavailable("the database is closed");
      const copy = backUp(connection, path, AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]));
      copies.add(copy);
      try {
        await copy;
      } catch (error) {
        throw translateError(error);
      } finally {
        copies.delete(copy);
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      closing.abort(unavailable("the database is closed"));
      if (copies.size > 0) await Promise.allSettled(copies);
      if (isShared) await commits.drain();
      else {
        commits.flush();
        connection.close();
      }
    },
  };
}

const loadSqlite = (): typeof Database => loadDriver<typeof Database>("better-sqlite3");

function requireWritable(given: SqliteConnection): Database.Database {
  const connection = given as unknown as Database.Database;
  if (!connection.open) throw new DatabaseOpenError("cannot_open", "the database is closed");
  if (connection.readonly) throw new DatabaseOpenError("cannot_open", "the database is opened read-only");
  return connection;
}

function openConnection(path: string | null): Database.Database {
  let connection: Database.Database | undefined;
  try {
    if (path !== null) restrictToOwner(path);
    connection = new (loadSqlite())(path ?? ":memory:", { timeout: 0 });
    configure(connection);
    return connection;
  } catch (error) {
    connection?.close();
    throw toOpenError(error, path ?? ":memory:");
  }
}

/** Creates the file before SQLite does, so that other users can't read it at any moment. */
function restrictToOwner(path: string): void {
  try {
    // Don't open an existing file here: closing it would release the POSIX locks that this process holds on
    // it.
    closeSync(openSync(path, "wx", OWNER_ONLY));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    chmodSync(path, OWNER_ONLY);
  }
}

function configure(connection: Database.Database): void {
  // Must come before the first read: the lock is then held until the connection closes, and WAL needs no
  // shared memory.
  connection.pragma("locking_mode = EXCLUSIVE");
  connection.pragma("journal_mode = WAL");
  connection.pragma("synchronous = FULL");
  connection.pragma("foreign_keys = ON");
  connection.pragma("trusted_schema = OFF");
  connection.pragma("cache_size = -65536");
  connection.pragma("temp_store = MEMORY");
  connection.pragma("journal_size_limit = 67108864");
  // Deleted rows are overwritten, in free pages too.
  connection.pragma("secure_delete = ON");
  // Takes the lock and reads the first page, so that a locked or damaged file is detected here.
  connection.exec("BEGIN EXCLUSIVE; SELECT count(*) FROM sqlite_schema; COMMIT");
  emptyLog(connection);
}

/** Deleted rows stay readable in the WAL until it is overwritten. */
function emptyLog(connection: Database.Database): void {
  try {
    connection.pragma("wal_checkpoint(TRUNCATE)");
  } catch {
    // A full disk, say. The next call or the next opening does it.
  }
}

function toOpenError(error: unknown, path: string): DatabaseOpenError {
  if (error instanceof DatabaseOpenError) return error;
  if (isUnloaded(error)) return driverFailed("better-sqlite3", error);
  const options = { cause: error };
  switch (resultCode(error)) {
    case "BUSY":
    case "LOCKED":
      return new DatabaseOpenError(
        "in_use",
        `the database ${path} is in use: another process has it open, or this one has opened it already`,
        options,
      );
    case "NOTADB":
    case "CORRUPT":
      return new DatabaseOpenError("not_a_database", `the file ${path} is not a database`, options);
    default:
      return new DatabaseOpenError("cannot_open", `the database ${path} can't be opened`, options);
  }
}

/** Whether the driver's binary was not found, or does not suit this Node. */
const isUnloaded = (error: unknown): boolean =>
  error instanceof Error &&
  (error.message.startsWith("Could not locate the bindings file") ||
    ("code" in error && error.code === "ERR_DLOPEN_FAILED"));
