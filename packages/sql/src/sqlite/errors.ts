import { CurfewError } from "@curfew/core";
import Database from "better-sqlite3";

/** How long a caller is asked to wait before it tries again, in seconds. */
const RETRY_AFTER_SECONDS = 2;

/** Result codes that tell of the machine or the file and not of the statement; extended codes begin with them. */
const OUTAGES = [
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
] as const;

/** The error that callers see while the database can't answer. */
export function unavailable(message: string, cause?: unknown): CurfewError<"unavailable"> {
  return new CurfewError("unavailable", { retryAfterSeconds: RETRY_AFTER_SECONDS }, { message, cause });
}

/** An outage of SQLite as `unavailable`; any other error as it is. */
export function translateError(error: unknown): unknown {
  return isOutage(error) ? unavailable("the database can't answer", error) : error;
}

/** SQLite's result code without its extension (`SQLITE_IOERR` for `SQLITE_IOERR_WRITE`), null for other errors. */
export function resultCode(error: unknown): string | null {
  if (!(error instanceof Database.SqliteError)) return null;
  return error.code.split("_").slice(0, 2).join("_");
}

function isOutage(error: unknown): boolean {
  const code = resultCode(error);
  return OUTAGES.some((outage) => code === `SQLITE_${outage}`);
}
