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
  const isOutage = code === null ? isUnusable(error) : OUTAGES.has(code);
  return isOutage ? unavailable("the database is unavailable", error) : error;
}

/** Whether a host has closed its connection, or reads rows one by one over it (`iterate`) just now. */
const isUnusable = (error: unknown): boolean =>
  error instanceof TypeError && /database connection is (?:not open|busy)/.test(error.message);

/** Returns SQLite's primary result code (`IOERR` for `SQLITE_IOERR_WRITE`), or null for any other error. */
export function resultCode(error: unknown): string | null {
  // Known by its code: a host may have loaded another copy of the driver.
  if (!(error instanceof Error && "code" in error && typeof error.code === "string")) return null;
  return /^SQLITE_([A-Z]+)/.exec(error.code)?.[1] ?? null;
}
