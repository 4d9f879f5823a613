import type { Actor, Identity } from "@curfew/core";
import type { Unit } from "@curfew/sql";
import type { UserReference } from "../accounts/credentials.js";
import type { ServiceContext } from "../service-context.js";
import { retryIfSuperseded } from "../sign-in/begin-session.js";
import { checkCurrentPassword } from "../sign-in/check-current-password.js";
import { recheckPassword } from "../sign-in/checked-password.js";
import { removeOwnRows } from "./remove-own-rows.js";

/**
 * Deletes a user with all that the service and the engine keep of them.
 * Throws `not_found`, `last_owner`, `unavailable`.
 *
 * @param check checks in the transaction, before anything is deleted, what has been checked before
 */
export function deleteUser(
  context: ServiceContext,
  { accountId, userId }: UserReference,
  actor: Actor,
  check: () => Unit<void>,
): Promise<void> {
  return context.curfew.users.delete({
    accountId,
    userId,
    actor,
    *alongside() {
      yield* check();
      yield* removeOwnRows(context, { accountId, userId });
    },
  });
}

/**
 * Deletes the caller, whose password is right.
 * Throws `validation_failed` on `current_password`, `rate_limited`, `last_owner`, `token_expired`, `unavailable`.
 */
export async function deleteOwnUser(
  context: ServiceContext,
  {
    identity,
    currentPassword,
    actor,
  }: { readonly identity: Identity; readonly currentPassword: string; readonly actor: Actor },
): Promise<void> {
  await retryIfSuperseded(async () => {
    const place = { ip: actor.ip, keyThumbprint: null };
    const checked = await checkCurrentPassword(context, identity, { currentPassword, place });
    await deleteUser(context, identity, actor, () => recheckPassword(context, checked, null));
  });
}
