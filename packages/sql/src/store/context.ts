import type { Kysely } from "kysely";
import type { Dialect, SqlDatabase } from "../database.js";
import type { CurfewTables } from "../schema.js";

/** The dependencies of the store's units. */
export interface StoreContext {
  readonly queries: Kysely<CurfewTables>;
  readonly dialect: Dialect;
  /** Returns a new id (UUIDv7). @param now milliseconds since the Unix epoch */
  newId(now: number): string;
}

export function createStoreContext(database: SqlDatabase): StoreContext {
  return {
    queries: database.queries<CurfewTables>(),
    dialect: database.dialect,
    newId: (now) => database.newId(now),
  };
}
