import type { Store } from "@curfew/core";
import { createSqlStore, type SqlDatabase, type Unit } from "@curfew/sql";
import { createAccountRemover } from "../accounts/remove-account-rows.js";
import { endPasswordLinks } from "../links/password-link.js";
import { endInvitations } from "../members/invitation.js";
import { serviceQueries } from "./tables.js";

/**
 * Creates the engine's store, which ends what an owner handed out in the transaction that ends the owner's authority, and removes
 * the service's rows of a deleted account with its own.
 */
export function createServiceStore(database: SqlDatabase): Store<() => Unit<void>> {
  const queries = serviceQueries(database);
  return createSqlStore(database, {
    *onEndedAuthority(ended) {
      yield* endInvitations(queries, ended);
      yield* endPasswordLinks(queries, ended);
    },
    removeAccountRows: createAccountRemover(database),
  });
}
