import type { Store } from "@curfew/core";
import { createSqlStore, type SqlDatabase, type Unit } from "@curfew/sql";
import { createAccountRemover } from "../accounts/remove-account-rows.js";
import { endPasswordLinks } from "../links/password-link.js";
import { endInvitations } from "../members/invitation.js";
import { createOldRowRemover } from "./remove-old-rows.js";
import { serviceQueries } from "./tables.js";

/**
 * Creates the engine's store, which ends what an owner handed out in the transaction that ends the owner's authority, removes the
 * service's rows of a deleted account with its own, and with each sweep those that are past their time.
 */
export function createServiceStore(database: SqlDatabase): Store<() => Unit<void>> {
  const queries = serviceQueries(database);
  const removeOldRows = createOldRowRemover(database);
  const store = createSqlStore(database, {
    *onEndedAuthority(ended) {
      yield* endInvitations(queries, ended);
      yield* endPasswordLinks(queries, ended);
    },
    removeAccountRows: createAccountRemover(database),
  });
  return {
    ...store,
    async sweep(input) {
      const swept = await store.sweep(input);
      const removed = await removeOldRows(input.batch);
      return { ...swept, deleted: swept.deleted + removed.count, more: swept.more || removed.more };
    },
  };
}
