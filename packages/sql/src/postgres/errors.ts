import { unavailable } from "../database.js";

/** Conflicts that a retry resolves: serialization failure, deadlock, lock timeout. */
const CONFLICTS: ReadonlySet<string> = new Set(["40001", "40P01", "55P03"]);

/**
 * SQLSTATE classes that are about the server, the connection or a resource limit, and not about the
 * statement.
 */
const OUTAGE_CLASSES: readonly string[] = ["08", "53", "57", "58", "F0", "XX"];

/** Reported by a server that has become a standby; a new connection may reach the new primary. */
const READ_ONLY = "25006";

/**
 * Outages in other classes: read only, idle-in-transaction timeout, transaction timeout, lost prepared
 * statement, conflicts.
 */
const OUTAGES: ReadonlySet<string> = new Set([READ_ONLY, "25P03", "25P04", "26000", ...CONFLICTS]);

/** Invalid credentials, an unknown database or schema, or a missing permission. */
const REFUSALS: ReadonlySet<string> = new Set(["28000", "28P01", "3D000", "3F000", "42501"]);

/** Whether the server sent the error, known by its fields: a host may have loaded another copy of `pg`. */
const isFromServer = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && "severity" in error && "code" in error && typeof error.code === "string";

const sqlStateOf = (error: unknown): string | undefined => (isFromServer(error) ? error.code : undefined);

/** The connection failed, or the wait for a connection or a response timed out. */
export class ConnectionError extends Error {
  override name = "ConnectionError";
}

/** The server, the database or the role has no connection left. */
export const isFull = (error: unknown): boolean => sqlStateOf(error) === "53300";

/** Whether a new connection failed for a reason that another server of the list may not have. */
export function isElsewhere(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === undefined || state === READ_ONLY || state.startsWith("57P");
}

export const isConflict = (error: unknown): boolean => CONFLICTS.has(sqlStateOf(error) ?? "");

export const isRefusal = (error: unknown): boolean => REFUSALS.has(sqlStateOf(error) ?? "");

/** Returns whether the connection that the error came from is unusable. */
export function breaksConnection(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  const state = sqlStateOf(error);
  return (
    state !== undefined && ["08", "57P", "XX", "25P", READ_ONLY].some((prefix) => state.startsWith(prefix))
  );
}

/** Returns an outage of PostgreSQL as `unavailable`, and any other error unchanged. */
export function translateError(error: unknown): unknown {
  if (error instanceof ConnectionError) return unavailable(error.message, error);
  const state = sqlStateOf(error);
  if (state === undefined) return error;
  const isOutage =
    OUTAGES.has(state) || REFUSALS.has(state) || OUTAGE_CLASSES.some((prefix) => state.startsWith(prefix));
  return isOutage ? unavailable("the database is unavailable", error) : error;
}

/** Errors of `pg` that the server did not send are about the connection, except invalid arguments. */
export function toConnectionError(error: unknown): unknown {
  if (isFromServer(error) || error instanceof TypeError || error instanceof RangeError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ConnectionError(`the database can't be reached: ${message}`, { cause: error });
}
