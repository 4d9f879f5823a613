import pg from "pg";
import { unavailable } from "../unavailable.js";

/** Conflicts that a second try cures: a serialization failure, a deadlock, a lock that did not come in time. */
const CONFLICTS: ReadonlySet<string> = new Set(["40001", "40P01", "55P03"]);

/** Classes of SQLSTATE that tell of the server, the connection or its limits, and not of the statement. */
const OUTAGE_CLASSES: readonly string[] = ["08", "53", "57", "58", "F0", "XX"];

/** A server that became a standby: whoever took over is found by connecting again. */
const READ_ONLY = "25006";

/** Single states of other classes that do: read only (a standby), a transaction that was idle or took too long. */
const OUTAGES: ReadonlySet<string> = new Set([READ_ONLY, "25P03", "25P04", "26000", ...CONFLICTS]);

/** What a server answers to whoever may not come in, or asks for a database that it has not. */
const REFUSALS: ReadonlySet<string> = new Set(["28000", "28P01", "3D000", "3F000", "42501"]);

const stateOf = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined;

/** Thrown where the connection failed, or the bound on waiting for one or for an answer passed. */
export class ConnectionError extends Error {
  override name = "ConnectionError";
}

export const isConflict = (error: unknown): boolean => CONFLICTS.has(stateOf(error) ?? "");

export const isRefusal = (error: unknown): boolean => REFUSALS.has(stateOf(error) ?? "");

/** Whether nothing more can be asked over the connection that the error came from. */
export function breaksConnection(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  const state = stateOf(error);
  return (
    state !== undefined && ["08", "57P", "XX", "25P", READ_ONLY].some((start) => state.startsWith(start))
  );
}

/** An outage of PostgreSQL as `unavailable`; any other error as it is. */
export function translateError(error: unknown): unknown {
  if (error instanceof ConnectionError) return unavailable(error.message, error);
  const state = stateOf(error);
  if (state === undefined) return error;
  const isOutage =
    OUTAGES.has(state) || REFUSALS.has(state) || OUTAGE_CLASSES.some((start) => state.startsWith(start));
  return isOutage ? unavailable("the database can't answer", error) : error;
}
