import type { Actor, Identity, Role } from "@curfew/core";
import { fieldProblem } from "@curfew/http";
import { lockAccount, run, type Unit } from "@curfew/sql";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import { type Invitation, readInvitation } from "../invitations/invitation.js";
import type { People } from "../people.js";
import { type Member, memberOfInvitation, memberOfUser } from "./member.js";

export interface ChangeMemberInput {
  readonly identity: Identity;
  readonly memberId: string;
  readonly changes: { readonly role?: Role; readonly disabled?: boolean };
  readonly actor: Actor;
}

/**
 * Changes a member's role, and disables or enables a user. Whoever is only invited can be given another role, which the
 * link then leads to, and can't be disabled: there is nobody yet to sign out.
 *
 * Throws `not_found`, `validation_failed`, `reauthentication_required`, `last_owner`, `unavailable`.
 */
export async function changeMember(people: People, input: ChangeMemberInput): Promise<Member> {
  const { accountId, authenticatedAt } = input.identity;
  const invited = await changeInvitation(people, input);
  if (invited !== null) return memberOfInvitation(invited);
  const user = await people.curfew.users.update({
    accountId,
    userId: input.memberId,
    changes: input.changes,
    actor: input.actor,
    authenticatedAt,
  });
  return memberOfUser(user);
}

/** Null where there is no invitation of this id: its person has joined, or never was. */
async function changeInvitation(people: People, input: ChangeMemberInput): Promise<Invitation | null> {
  const { curfew, database } = people;
  const queries = serviceQueries(database);
  const reference = { accountId: input.identity.accountId, userId: input.memberId };
  const { role, disabled } = input.changes;
  const before = await database.read(() => readInvitation(queries, reference));
  if (before === null) return null;
  if (disabled === true)
    throw fieldProblem("disabled", "invalid_value", "Whoever has not joined yet can't be disabled.");
  if (role === undefined || role === before.role) return before;
  if (role === "owner") curfew.requireRecentSignIn(input.identity.authenticatedAt);
  return await database.write(function* () {
    yield* lockAccount(reference.accountId);
    const current = yield* readInvitation(queries, reference);
    if (current === null) return null;
    if (current.role === role) return current;
    yield* setRole(queries, current, role);
    yield* people.writeEvent(current.accountId, {
      type: "member.role_changed",
      actorId: input.actor.userId,
      sessionId: input.actor.sessionId,
      ip: input.actor.ip,
      details: { user_id: current.userId, before: current.role, after: role },
    });
    return { ...current, role };
  });
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
