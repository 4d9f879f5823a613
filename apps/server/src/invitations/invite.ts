import type { Actor, Role } from "@curfew/core";
import { HttpProblem } from "@curfew/http";
import { first, lockAccount, type Unit } from "@curfew/sql";
import { findByEmail } from "../accounts/directory.js";
import { emailKeyOf } from "../accounts/email-key.js";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import type { People } from "../people.js";
import type { Invitation } from "./invitation.js";
import {
  hashInvitationSecret,
  INVITATION_LIFETIME_MS,
  invitationLink,
  newInvitationSecret,
  writeInvitationToken,
} from "./link.js";

export interface InviteInput {
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly actor: Actor & { readonly userId: string };
}

export interface Invited {
  readonly invitation: Invitation;
  readonly url: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/**
 * Asks somebody to join an account: whoever was asked before keeps their id and gets another link in the place of the old
 * one. Throws `email_taken` where the e-mail is a user's, of whichever account, and `unavailable`.
 */
export async function invite(people: People, input: InviteInput): Promise<Invited> {
  const { curfew, database } = people;
  const secret = newInvitationSecret(people.randomBytes);
  const asked = {
    accountId: input.accountId,
    userId: database.newId(curfew.now()),
    name: input.name,
    email: input.email,
    emailKey: emailKeyOf(input.email),
    role: input.role,
  };
  const queries = serviceQueries(database);
  const { userId, expiresAt } = await database.write(function* () {
    const now = yield* lockAccount(asked.accountId);
    if ((yield* findByEmail(queries, asked.emailKey)) !== null) throw new HttpProblem("email_taken");
    const written = yield* upsertInvitation(queries, asked, now, {
      tokenHash: hashInvitationSecret(secret),
      invitedBy: input.actor.userId,
    });
    yield* people.writeEvent(input.accountId, {
      type: "member.invited",
      actorId: input.actor.userId,
      sessionId: input.actor.sessionId,
      ip: input.actor.ip,
      details: { user_id: written.userId, name: asked.name, email: asked.email, role: asked.role },
    });
    return written;
  });
  const token = writeInvitationToken({ accountId: input.accountId, userId, secret });
  return {
    invitation: { ...asked, userId },
    url: invitationLink(people.settings.publicUrl, token),
    expiresAt,
  };
}

function* upsertInvitation(
  queries: ServiceQueries,
  asked: Invitation,
  now: number,
  link: { readonly tokenHash: string; readonly invitedBy: string },
): Unit<{ userId: string; expiresAt: number }> {
  const expiresAt = now + INVITATION_LIFETIME_MS;
  const replaced = {
    email: asked.email,
    name: asked.name,
    role: asked.role,
    token_hash: link.tokenHash,
    expires_at: expiresAt,
    invited_by: link.invitedBy,
  };
  const row = yield* first(
    queries
      .insertInto("invitations")
      .values({
        account_id: asked.accountId,
        user_id: asked.userId,
        email_key: asked.emailKey,
        created_at: now,
        ...replaced,
      })
      .onConflict((conflict) => conflict.columns(["account_id", "email_key"]).doUpdateSet(replaced))
      .returning("user_id as userId"),
  );
  return { userId: row?.userId ?? asked.userId, expiresAt };
}
