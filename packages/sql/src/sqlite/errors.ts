import Database from "better-sqlite3";
import { unavailable } from "../unavailable.js";

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
