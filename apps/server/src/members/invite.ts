import { nameKeyOf, type Role } from "@curfew/core";
import { HttpProblem } from "@curfew/http";
import { lockAccount, run, type Unit } from "@curfew/sql";
import { findUserByEmail } from "../accounts/credentials.js";
import { addressKeyOf, emailKeyOf } from "../accounts/email-address.js";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import { requireRoomForLink } from "../links/count-open-links.js";
import { hashLinkSecret, linkTo, newLinkSecret } from "../links/link-token.js";
import type { ServiceContext } from "../service-context.js";
import { type OwnerActor, requireActingOwner } from "./acting-owner.js";
import { findInvitationTo, INVITATION_LIFETIME_MS, type Invitation } from "./invitation.js";

export interface InviteInput {
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly actor: OwnerActor;
}

export interface SentInvitation {
  readonly invitation: Invitation;
  readonly url: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/**
 * Invites a person to an account. A repeated invitation keeps the member's id and replaces the link.
 * Throws `email_taken` if a user of any account has the e-mail, `too_many`, `token_expired` if the inviter's session or role
 * ended meanwhile, and `unavailable`.
 */
export async function invite(context: ServiceContext, input: InviteInput): Promise<SentInvitation> {
  const { curfew, database } = context;
  const secret = newLinkSecret(context.randomBytes);
  const { accountId, name, email, role } = input;
  const newUserId = database.newId(curfew.now());
  const queries = serviceQueries(database);
  const lock = { lock: accountId };
  const { invitation, expiresAt } = await database.write(function* () {
    const now = yield* lockAccount(accountId);
    yield* requireActingOwner(queries, accountId, input.actor);
    if ((yield* findUserByEmail(queries, email)) !== null) throw new HttpProblem("email_taken");
    const userId = (yield* findInvitationTo(queries, { accountId, email })) ?? newUserId;
    const invitation = { accountId, userId, name, email, role };
    yield* requireRoomForLink(queries, { accountId, userId, now });
    const expiresAt = yield* writeInvitation(queries, invitation, now, {
      tokenHash: hashLinkSecret(secret),
      invitedBy: input.actor.userId,
    });
    yield* context.writeEvent(accountId, {
      type: "member.invited",
      actorId: input.actor.userId,
      sessionId: input.actor.sessionId,
      ip: input.actor.ip,
      details: { user_id: userId, name, email, role },
    });
    return { invitation, expiresAt };
  }, lock);
  const { userId } = invitation;
  return {
    invitation,
    url: linkTo(context.settings.publicUrl, "invite", { accountId, userId, secret }),
    expiresAt,
  };
}

/** Inserts an invitation, or replaces an earlier one of the same future user. Returns when the link ends. */
function* writeInvitation(
  queries: ServiceQueries,
  { accountId, userId, name, email, role }: Invitation,
  now: number,
  link: { readonly tokenHash: string; readonly invitedBy: string },
): Unit<number> {
  const expiresAt = now + INVITATION_LIFETIME_MS;
  const replaceable = {
    email_key: emailKeyOf(email),
    address_key: addressKeyOf(email),
    email,
    name,
    name_key: nameKeyOf(name),
    role,
    token_hash: link.tokenHash,
    expires_at: expiresAt,
    invited_by: link.invitedBy,
  };
  yield* run(
    queries
      .insertInto("invitations")
      .values({ account_id: accountId, user_id: userId, created_at: now, ...replaceable })
      .onConflict((conflict) => conflict.columns(["account_id", "user_id"]).doUpdateSet(replaceable)),
  );
  return expiresAt;
}
