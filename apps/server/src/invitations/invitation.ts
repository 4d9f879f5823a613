import type { Role } from "@curfew/core";
import { all, clock, first, run, type Unit } from "@curfew/sql";
import type { UserReference } from "../accounts/directory.js";
import type { ServiceQueries } from "../database/tables.js";
import { type InvitationToken, isInvitationSecret } from "./link.js";

/** Somebody who was asked to join an account. */
export interface Invitation extends UserReference {
  readonly name: string;
  readonly email: string;
  readonly emailKey: string;
  readonly role: Role;
}

const COLUMNS = [
  "account_id as accountId",
  "user_id as userId",
  "name",
  "email",
  "email_key as emailKey",
  "role",
] as const;

/** The people who were asked and have not joined, by name, whether or not their link is still good. */
export function* listInvitations(queries: ServiceQueries, accountId: string): Unit<readonly Invitation[]> {
  return yield* all(
    queries
      .selectFrom("invitations")
      .select(COLUMNS)
      .where("account_id", "=", accountId)
      .orderBy("name")
      .orderBy("user_id"),
  );
}

/** One of them; null where there is none of this id in this account. */
export function* readInvitation(queries: ServiceQueries, user: UserReference): Unit<Invitation | null> {
  return yield* first(
    queries
      .selectFrom("invitations")
      .select(COLUMNS)
      .where("account_id", "=", user.accountId)
      .where("user_id", "=", user.userId),
  );
}

/** The invitation that a link opens: null where the link is wrong, used, replaced or too old. */
export function* openInvitation(queries: ServiceQueries, token: InvitationToken): Unit<Invitation | null> {
  const row = yield* first(
    queries
      .selectFrom("invitations")
      .select([...COLUMNS, "token_hash", "expires_at"])
      .where("account_id", "=", token.accountId)
      .where("user_id", "=", token.userId),
  );
  if (row === null || !isInvitationSecret(token.secret, row.token_hash)) return null;
  if ((yield* clock()) >= row.expires_at) return null;
  const { token_hash: _hash, expires_at: _expiry, ...invitation } = row;
  return invitation;
}

/** Takes an invitation away. */
export function* deleteInvitation(queries: ServiceQueries, user: UserReference): Unit<boolean> {
  const deleted = yield* run(
    queries
      .deleteFrom("invitations")
      .where("account_id", "=", user.accountId)
      .where("user_id", "=", user.userId),
  );
  return deleted === 1;
}
