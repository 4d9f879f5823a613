import { CurfewError, type Identity, type Role } from "@curfew/core";
import { fieldProblem } from "@curfew/http";
import { first, lockAccount, run, together, type Unit } from "@curfew/sql";
import { isOfKeptAccount } from "../database/kept-account.js";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";
import { type OwnerActor, requireActingOwner } from "./acting-owner.js";
import { type Invitation, readInvitation } from "./invitation.js";
import { type Member, memberOfInvitation, memberOfUser } from "./members.js";

export interface MemberChange {
  readonly identity: Identity;
  readonly memberId: string;
  readonly changes: { readonly role?: Role; readonly disabled?: boolean };
  readonly actor: OwnerActor;
}

/**
 * Changes a member's role, and disables or enables a user. An invited member can be given another role but can't be disabled:
 * there is no user yet.
 *
 * Throws `not_found`, `validation_failed`, `reauthentication_required`, `last_owner`, `token_expired` if the owner's session or role
 * ended meanwhile, and `unavailable`.
 */
export async function changeMember(context: ServiceContext, change: MemberChange): Promise<Member> {
  const { accountId, authenticatedAt } = change.identity;
  const { curfew, database } = context;
  const found = await database.read(() => findMember(serviceQueries(database), accountId, change.memberId));
  const invitation =
    found.invitation === null ? null : await changeInvitation(context, change, found.invitation);
  if (invitation !== null) return memberOfInvitation(invitation);
  // The engine would keep the moment at which a user that it has not met is disabled.
  if (found.invitation === null && !found.isUser) throw new CurfewError("not_found", {});
  const user = await curfew.users.update({
    accountId,
    userId: change.memberId,
    changes: change.changes,
    actor: change.actor,
    authenticatedAt,
    alongside: () => requireActingOwner(serviceQueries(database), accountId, change.actor),
  });
  return memberOfUser(user);
}

interface FoundMember {
  readonly invitation: Invitation | null;
  readonly isUser: boolean;
}

function* findMember(queries: ServiceQueries, accountId: string, userId: string): Unit<FoundMember> {
  const user = queries
    .selectFrom("curfew_users")
    .select("id")
    .where("account_id", "=", accountId)
    .where("id", "=", userId)
    .where("deleted_at", "is", null)
    .where(isOfKeptAccount("curfew_users.account_id"));
  const [invitation, found] = yield* together(readInvitation(queries, { accountId, userId }), first(user));
  return { invitation, isUser: found !== null };
}

/** Returns null if there is no such invitation any more: the member has joined, or it was withdrawn. */
async function changeInvitation(
  context: ServiceContext,
  change: MemberChange,
  before: Invitation,
): Promise<Invitation | null> {
  const { curfew, database } = context;
  const queries = serviceQueries(database);
  const reference = { accountId: before.accountId, userId: before.userId };
  const { role, disabled } = change.changes;
  if (disabled === true)
    throw fieldProblem("disabled", "invalid_value", "A member who has not joined yet can't be disabled.");
  if (role === undefined || role === before.role) return before;
  if (role === "owner") curfew.requireRecentSignIn(change.identity.authenticatedAt);
  const lock = { lock: reference.accountId };
  return await database.write(function* () {
    yield* lockAccount(reference.accountId);
    const current = yield* readInvitation(queries, reference);
    if (current === null) return null;
    if (current.role === role) return current;
    yield* requireActingOwner(queries, current.accountId, change.actor);
    yield* setRole(queries, current, role);
    yield* context.writeEvent(current.accountId, {
      type: "member.role_changed",
      actorId: change.actor.userId,
      sessionId: change.actor.sessionId,
      ip: change.actor.ip,
      details: { user_id: current.userId, before: current.role, after: role },
    });
    return { ...current, role };
  }, lock);
}

function* setRole(queries: ServiceQueries, invitation: Invitation, role: Role): Unit<void> {
  yield* run(
    queries
      .updateTable("invitations")
      .set({ role })
      .where("account_id", "=", invitation.accountId)
      .where("user_id", "=", invitation.userId),
  );
}
