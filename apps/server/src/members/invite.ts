import { type Actor, CurfewError, nameKeyOf, type Role } from "@curfew/core";
import { HttpProblem } from "@curfew/http";
import { first, lockAccount, run, type Unit } from "@curfew/sql";
import { findUserByEmail } from "../accounts/credentials.js";
import { addressKeyOf, emailKeyOf } from "../accounts/email-address.js";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";
import {
  countOpenInvitations,
  encodeInvitationToken,
  findInvitationTo,
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
  readonly actor: Actor & { readonly userId: string; readonly sessionId: string };
}

export interface SentInvitation {
  readonly invitation: Invitation;
  readonly url: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** The maximum number of links of an account that work at the same time. */
export const MAX_OPEN_INVITATIONS = 1000;

/**
 * Invites a person to an account. A repeated invitation keeps the member's id and replaces the link.
 * Throws `email_taken` if a user of any account has the e-mail, `too_many`, `token_expired` if the inviter's session or role
 * ended meanwhile, and `unavailable`.
 */
export async function invite(context: ServiceContext, input: InviteInput): Promise<SentInvitation> {
  const { curfew, database } = context;
  const secret = newInvitationSecret(context.randomBytes);
  const { accountId, name, email, role } = input;
  const newUserId = database.newId(curfew.now());
  const queries = serviceQueries(database);
  const lock = { lock: accountId };
  const { invitation, expiresAt } = await database.write(function* () {
    const now = yield* lockAccount(accountId);
    // The token was verified before the lock. An act that ended the inviter's links has to end this one too.
    if (!(yield* isActingOwner(queries, input))) throw new CurfewError("token_expired", {});
    if ((yield* findUserByEmail(queries, email)) !== null) throw new HttpProblem("email_taken");
    const userId = (yield* findInvitationTo(queries, { accountId, email })) ?? newUserId;
    const invitation = { accountId, userId, name, email, role };
    const limits = { accountId, userId, now, limit: MAX_OPEN_INVITATIONS };
    if ((yield* countOpenInvitations(queries, limits)) === MAX_OPEN_INVITATIONS)
      throw new HttpProblem("too_many", {
        detail: `An account can have ${MAX_OPEN_INVITATIONS} open invitations.`,
      });
    const expiresAt = yield* writeInvitation(queries, invitation, now, {
      tokenHash: hashInvitationSecret(secret),
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
  const token = encodeInvitationToken({ accountId, userId: invitation.userId, secret });
  return { invitation, url: invitationLink(context.settings.publicUrl, token), expiresAt };
}

/** Whether the inviter is an enabled owner and their session has not been ended. */
function* isActingOwner(queries: ServiceQueries, { accountId, actor }: InviteInput): Unit<boolean> {
  const row = yield* first(
    queries
      .selectFrom("curfew_sessions as s")
      .innerJoin("curfew_accounts as a", "a.id", "s.account_id")
      .innerJoin("curfew_users as u", (join) =>
        join.onRef("u.account_id", "=", "s.account_id").onRef("u.id", "=", "s.user_id"),
      )
      .select("s.id")
      .where("s.account_id", "=", accountId)
      .where("s.id", "=", actor.sessionId)
      .where("s.ended_at", "is", null)
      .whereRef("s.account_epoch", "=", "a.epoch")
      .where("u.role", "=", "owner")
      .where("u.disabled", "=", 0),
  );
  return row !== null;
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
