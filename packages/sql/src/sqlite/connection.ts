import { chmodSync, closeSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import { DatabaseOpenError } from "../database.js";
import { resultCode } from "./errors.js";

/** Only its owner may read a database: it says who uses what, from where. */
const OWNER_ONLY = 0o600;

/**
 * Opens a connection that holds its file for itself and syncs each commit to the disk.
 *
 * @param path null for one in memory
 */
export function openConnection(path: string | null): Database.Database {
  let connection: Database.Database | undefined;
  try {
    if (path !== null) makePrivate(path);
    connection = new Database(path ?? ":memory:", { timeout: 0 });
    configure(connection);
    return connection;
  } catch (error) {
    connection?.close();
    throw explain(error, path ?? ":memory:");
  }
}

/** Makes the file before SQLite does, so that at no moment others can read it. */
function makePrivate(path: string): void {
  try {
    // An existing file must not be opened here: closing it would drop the locks that this process holds on it.
    closeSync(openSync(path, "wx", OWNER_ONLY));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    chmodSync(path, OWNER_ONLY);
  }
}

function configure(connection: Database.Database): void {
  // Before the first read, so that the lock is taken with it and kept, and no shared memory is needed.
  connection.pragma("locking_mode = EXCLUSIVE");
  connection.pragma("journal_mode = WAL");
  connection.pragma("synchronous = FULL");
  connection.pragma("foreign_keys = ON");
  connection.pragma("trusted_schema = OFF");
  connection.pragma("cache_size = -65536");
  connection.pragma("temp_store = MEMORY");
  connection.pragma("journal_size_limit = 67108864");
  // Takes the lock now and reads the first page, so that what is wrong with the file is found here.
  connection.exec("BEGIN EXCLUSIVE; SELECT count(*) FROM sqlite_schema; COMMIT");
}

function explain(error: unknown, path: string): DatabaseOpenError {
  const options = { cause: error };
  switch (resultCode(error)) {
    case "SQLITE_BUSY":
    case "SQLITE_LOCKED":
      return new DatabaseOpenError("in_use", `the database ${path} is in use by another process`, options);
    case "SQLITE_NOTADB":
    case "SQLITE_CORRUPT":
      return new DatabaseOpenError("not_a_database", `the file ${path} is not a database`, options);
    default:
      return new DatabaseOpenError("cannot_open", `the database ${path} can't be opened`, options);
  }
}
