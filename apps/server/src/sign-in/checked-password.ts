import { CurfewError, type SignInSnapshot, type User } from "@curfew/core";
import type { Unit } from "@curfew/sql";
import { readPasswordHash, replacePasswordHash } from "../accounts/credentials.js";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";

/** A password that was found right, and what it was checked against. */
export interface CheckedPassword {
  readonly user: User;
  readonly passwordHash: string;
  /** Taken before the password check, so that later changes of the user supersede the sign-in. */
  readonly prepared: SignInSnapshot;
}

/**
 * Checks in the transaction of a sign-in that the password is still the one that was checked, and replaces its hash with `newHash`
 * unless that is null. So acts that end sessions during the check can't keep the right password out.
 *
 * @throws `sign_in_superseded` if the password has changed
 */
export function* recheckPassword(
  { database }: Pick<ServiceContext, "database">,
  { user, passwordHash }: CheckedPassword,
  newHash: string | null,
): Unit<void> {
  const queries = serviceQueries(database);
  if (!(yield* holds(queries, { accountId: user.accountId, userId: user.id }, passwordHash, newHash)))
    throw new CurfewError("sign_in_superseded", {});
}

function* holds(
  queries: ServiceQueries,
  reference: { readonly accountId: string; readonly userId: string },
  before: string,
  after: string | null,
): Unit<boolean> {
  if (after === null) return (yield* readPasswordHash(queries, reference)) === before;
  return yield* replacePasswordHash(queries, reference, { before, after });
}
