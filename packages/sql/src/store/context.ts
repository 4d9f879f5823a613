import type { Expression, Kysely } from "kysely";
import type { Dialect, SqlDatabase } from "../database.js";
import type { CurfewTables } from "../schema.js";
import type { Unit } from "../unit.js";

/**
 * The users whose say in an account ended: they were disabled or demoted, or somebody else ended all of their sessions. What
 * they had handed out for later, such as invitations and password links, should end with it.
 */
export interface EndedAuthority {
  readonly accountId: string;
  /** One user, or all but the one who acted; null if no user acted. */
  readonly users: { readonly only: string } | { readonly allBut: string | null };
  /** The moment of the act, in milliseconds since the Unix epoch. */
  readonly now: number;
}

/** An id, or the expression that finds it. */
export type IdValue = string | Expression<string>;

export interface SqlStoreOptions {
  /** The host's own statements for the transaction that ends the authority of users. The account is locked. */
  readonly onEndedAuthority?: (ended: EndedAuthority) => Unit<void>;
  /**
   * Deletes at most about `limit` of the host's own rows of a deleted account, and returns their number. The sweep calls it in its
   * batches until it returns 0, before the last row of the account goes.
   */
  readonly removeAccountRows?: (accountId: string, limit: number) => Unit<number>;
  /**
   * How many sessions get their new deadlines in the transaction of a policy that is applied now (1,000). The sweeper
   * writes those of the others; until then the account's limit decides.
   */
  readonly settledAtOnce?: number;
}

/** The dependencies of the store's units. */
export interface StoreContext extends SqlStoreOptions {
  readonly queries: Kysely<CurfewTables>;
  readonly dialect: Dialect;
  /** Returns a new id (UUIDv7). @param now milliseconds since the Unix epoch */
  newId(now: number): string;
}

export function createStoreContext(database: SqlDatabase, options: SqlStoreOptions = {}): StoreContext {
  return {
    ...options,
    queries: database.queries<CurfewTables>(),
    dialect: database.dialect,
    newId: (now) => database.newId(now),
  };
}
