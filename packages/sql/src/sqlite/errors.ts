import Database from "better-sqlite3";
import { unavailable } from "../database.js";

/**
 * Result codes that are about the machine or the file and not about the statement, without the prefix
 * `SQLITE_`.
 */
const OUTAGES: ReadonlySet<string> = new Set([
  "BUSY",
  "LOCKED",
  "NOMEM",
  "READONLY",
  "INTERRUPT",
  "IOERR",
  "CORRUPT",
  "FULL",
  "CANTOPEN",
  "PROTOCOL",
  "PERM",
  "ABORT",
  "NOTADB",
]);

/** Returns an outage of SQLite as `unavailable`, and any other error unchanged. */
export function translateError(error: unknown): unknown {
  const code = resultCode(error);
  return code !== null && OUTAGES.has(code) ? unavailable("the database is unavailable", error) : error;
}

/** Returns SQLite's primary result code (`IOERR` for `SQLITE_IOERR_WRITE`), or null for any other error. */
export function resultCode(error: unknown): string | null {
  if (!(error instanceof Database.SqliteError)) return null;
  return error.code.split("_")[1] ?? null;
}
