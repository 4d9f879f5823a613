import type { Role } from "@curfew/core";
import { clock, type EndedAuthority, first, run, type Unit } from "@curfew/sql";
import { addressSql, type UserReference } from "../accounts/credentials.js";
import type { ServiceQueries } from "../database/tables.js";
import { isLinkSecret, type LinkToken } from "../links/link-token.js";

/** An open invitation to an account, and the id of the future user. */
export interface Invitation extends UserReference {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

/** An invitation that its link opens. */
export interface OpenInvitation extends Invitation {
  readonly accountName: string;
}

/** How long an invitation can be accepted. */
export const INVITATION_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

const COLUMNS = ["account_id as accountId", "user_id as userId", "name", "email", "role"] as const;

/** Reads one invitation; null if the account has none with this id. */
export function* readInvitation(queries: ServiceQueries, user: UserReference): Unit<Invitation | null> {
  return yield* first(
    queries
      .selectFrom("invitations")
      .select(COLUMNS)
      .where("account_id", "=", user.accountId)
      .where("user_id", "=", user.userId),
  );
}

/**
 * Reads the invitation that a token opens; null if the token is wrong, used, replaced or too old, or if its inviter is no
 * enabled owner any more.
 */
export function* openInvitation(queries: ServiceQueries, token: LinkToken): Unit<OpenInvitation | null> {
  const row = yield* first(
    queries
      .selectFrom("invitations as i")
      .innerJoin("curfew_users as inviter", (join) =>
        join.onRef("inviter.account_id", "=", "i.account_id").onRef("inviter.id", "=", "i.invited_by"),
      )
      .select(COLUMNS.map((column) => `i.${column}` as const))
      .innerJoin("account_names as account", "account.account_id", "i.account_id")
      .select(["i.token_hash", "i.expires_at", "account.name as accountName"])
      .where("i.account_id", "=", token.accountId)
      .where("i.user_id", "=", token.userId)
      .where("inviter.role", "=", "owner")
      .where("inviter.disabled", "=", 0),
  );
  if (row === null || !isLinkSecret(token.secret, row.token_hash)) return null;
  if ((yield* clock()) >= row.expires_at) return null;
  const { token_hash: _hash, expires_at: _expiry, ...invitation } = row;
  return invitation;
}

/** Finds the invitation of an account to an e-mail address, in whatever spelling; returns the id of the future user. */
export function* findInvitationTo(
  queries: ServiceQueries,
  { accountId, email }: Pick<Invitation, "accountId" | "email">,
): Unit<string | null> {
  const { isSame, sameSpellingFirst } = addressSql(email);
  const row = yield* first(
    queries
      .selectFrom("invitations")
      .select("user_id")
      .where("account_id", "=", accountId)
      .where(isSame)
      .orderBy(sameSpellingFirst)
      .limit(1),
  );
  return row?.user_id ?? null;
}

/** Ends the invitations of users whose authority ended. The invited members stay in the list, and can be invited again. */
export function* endInvitations(
  queries: ServiceQueries,
  { accountId, users, now }: EndedAuthority,
): Unit<void> {
  const open = queries
    .updateTable("invitations")
    .set({ expires_at: now })
    .where("account_id", "=", accountId)
    .where("expires_at", ">", now);
  if ("only" in users) yield* run(open.where("invited_by", "=", users.only));
  else yield* run(users.allBut === null ? open : open.where("invited_by", "!=", users.allBut));
}

/** Deletes an invitation; false if it does not exist. */
export function* deleteInvitation(queries: ServiceQueries, user: UserReference): Unit<boolean> {
  const deleted = yield* run(
    queries
      .deleteFrom("invitations")
      .where("account_id", "=", user.accountId)
      .where("user_id", "=", user.userId),
  );
  return deleted === 1;
}
