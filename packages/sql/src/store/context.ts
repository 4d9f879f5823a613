import type { Kysely } from "kysely";
import type { SqlDatabase } from "../database.js";
import type { Dialect } from "../dialect.js";
import type { CurfewTables } from "../schema.js";

/** What the store's units are written against. */
export interface StoreContext {
  readonly queries: Kysely<CurfewTables>;
  readonly dialect: Dialect;
  /** A new id (UUIDv7). @param now milliseconds since the Unix epoch */
  newId(now: number): string;
}

export function storeContext(database: SqlDatabase): StoreContext {
  return {
    queries: database.queries<CurfewTables>(),
    dialect: database.dialect,
    newId: (now) => database.newId(now),
  };
}
