import type { Kysely } from "kysely";
import type { Dialect, SqlDatabase } from "../database.js";
import type { CurfewTables } from "../schema.js";

/** What the store's units need to build statements and rows. */
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
