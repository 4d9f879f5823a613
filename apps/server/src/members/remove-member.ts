import { CurfewError, type Identity } from "@curfew/core";
import { serviceQueries } from "../database/tables.js";
import { deleteUser } from "../people/delete-user.js";
import type { ServiceContext } from "../service-context.js";
import { type OwnerActor, requireActingOwner } from "./acting-owner.js";
import { withdrawInvitation } from "./withdraw-invitation.js";

export interface MemberRemoval {
  readonly identity: Identity;
  readonly memberId: string;
  /** Removes nobody who has joined. */
  readonly onlyInvited: boolean;
  readonly actor: OwnerActor;
}

/**
 * Withdraws an invitation, or deletes the person who has joined.
 * Throws `not_found`, `reauthentication_required`, `last_owner`, `token_expired` if the owner's session or role ended meanwhile,
 * and `unavailable`.
 */
export async function removeMember(
  context: ServiceContext,
  { identity, memberId, onlyInvited, actor }: MemberRemoval,
): Promise<void> {
  const { curfew, database } = context;
  const { accountId, authenticatedAt } = identity;
  const member = { accountId, userId: memberId };
  if (await withdrawInvitation(context, member, actor)) return;
  if (onlyInvited || (await curfew.users.get(accountId, memberId)) === null)
    throw new CurfewError("not_found", {});
  curfew.requireRecentSignIn(authenticatedAt);
  await deleteUser(context, member, actor, () =>
    requireActingOwner(serviceQueries(database), accountId, actor),
  );
}
