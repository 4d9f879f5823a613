import { type Actor, CurfewError } from "@curfew/core";
import { isActingOwner, type Unit } from "@curfew/sql";
import type { ServiceQueries } from "../database/tables.js";

/** An owner who calls the API. */
export type OwnerActor = Actor & { readonly userId: string; readonly sessionId: string };

/**
 * Checks in a transaction that has locked the account that its actor is still an enabled owner, whose session has not been ended.
 * The token was verified before the lock, and an act that ended the owner's say has to end what is being done too.
 *
 * @throws `token_expired`
 */
export function* requireActingOwner(
  queries: ServiceQueries,
  accountId: string,
  { sessionId }: OwnerActor,
): Unit<void> {
  if (!(yield* isActingOwner(queries, accountId, sessionId))) throw new CurfewError("token_expired", {});
}
