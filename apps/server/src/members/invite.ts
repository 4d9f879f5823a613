import type { Actor, Role } from "@curfew/core";
import { HttpProblem } from "@curfew/http";
import { first, lockAccount, type Unit } from "@curfew/sql";
import { emailKeyOf, findUserByEmail } from "../accounts/credentials.js";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";
import {
  encodeInvitationToken,
  hashInvitationSecret,
  INVITATION_LIFETIME_MS,
  type Invitation,
  invitationLink,
  newInvitationSecret,
} from "./invitation.js";

export interface InviteInput {
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly actor: Actor & { readonly userId: string };
}

export interface SentInvitation {
  readonly invitation: Invitation;
  readonly url: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/**
 * Invites a person to an account. A repeated invitation keeps the member's id and replaces the link.
 * Throws `email_taken` if a user of any account has the e-mail, and `unavailable`.
 */
export async function invite(context: ServiceContext, input: InviteInput): Promise<SentInvitation> {
  const { curfew, database } = context;
  const secret = newInvitationSecret(context.randomBytes);
  const invitation = {
    accountId: input.accountId,
    userId: database.newId(curfew.now()),
    name: input.name,
    email: input.email,
    emailKey: emailKeyOf(input.email),
    role: input.role,
  };
  const queries = serviceQueries(database);
  const { userId, expiresAt } = await database.write(function* () {
    const now = yield* lockAccount(invitation.accountId);
    if ((yield* findUserByEmail(queries, invitation.emailKey)) !== null) throw new HttpProblem("email_taken");
    const written = yield* upsertInvitation(queries, invitation, now, {
      tokenHash: hashInvitationSecret(secret),
      invitedBy: input.actor.userId,
    });
    yield* context.writeEvent(input.accountId, {
      type: "member.invited",
      actorId: input.actor.userId,
      sessionId: input.actor.sessionId,
      ip: input.actor.ip,
      details: {
        user_id: written.userId,
        name: invitation.name,
        email: invitation.email,
        role: invitation.role,
      },
    });
    return written;
  });
  const token = encodeInvitationToken({ accountId: input.accountId, userId, secret });
  return {
    invitation: { ...invitation, userId },
    url: invitationLink(context.settings.publicUrl, token),
    expiresAt,
  };
}

function* upsertInvitation(
  queries: ServiceQueries,
  invitation: Invitation,
  now: number,
  link: { readonly tokenHash: string; readonly invitedBy: string },
): Unit<{ userId: string; expiresAt: number }> {
  const expiresAt = now + INVITATION_LIFETIME_MS;
  const replaceable = {
    email: invitation.email,
    name: invitation.name,
    role: invitation.role,
    token_hash: link.tokenHash,
    expires_at: expiresAt,
    invited_by: link.invitedBy,
  };
  const row = yield* first(
    queries
      .insertInto("invitations")
      .values({
        account_id: invitation.accountId,
        user_id: invitation.userId,
        email_key: invitation.emailKey,
        created_at: now,
        ...replaceable,
      })
      .onConflict((conflict) => conflict.columns(["account_id", "email_key"]).doUpdateSet(replaceable))
      .returning("user_id as userId"),
  );
  return { userId: row?.userId ?? invitation.userId, expiresAt };
}
