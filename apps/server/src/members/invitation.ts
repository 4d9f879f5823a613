import { createHash, timingSafeEqual } from "node:crypto";
import type { RandomBytes, Role } from "@curfew/core";
import { clock, type EndedAuthority, first, run, type Unit } from "@curfew/sql";
import { sql } from "kysely";
import { addressSql, type UserReference } from "../accounts/credentials.js";
import type { ServiceQueries } from "../database/tables.js";

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

const ID_BYTES = 16;
const SECRET_BYTES = 32;

/** What an invitation link carries: the ids that find the invitation within one account, and the secret that proves it. */
export interface InvitationToken extends UserReference {
  readonly secret: Buffer;
}

/** Creates a secret of 256 bits. */
export const newInvitationSecret = (randomBytes: RandomBytes): Buffer =>
  Buffer.from(randomBytes(SECRET_BYTES));

/** Encodes both ids and the secret as base64url. */
export const encodeInvitationToken = ({ accountId, userId, secret }: InvitationToken): string =>
  Buffer.concat([idBytes(accountId), idBytes(userId), secret]).toString("base64url");

/** Decodes a token; null if it is malformed. */
export function decodeInvitationToken(text: string): InvitationToken | null {
  const bytes = Buffer.from(text, "base64url");
  // Node skips characters outside base64url. Without the comparison, several texts would decode to one token.
  if (bytes.length !== 2 * ID_BYTES + SECRET_BYTES || bytes.toString("base64url") !== text) return null;
  return {
    accountId: idOf(bytes.subarray(0, ID_BYTES)),
    userId: idOf(bytes.subarray(ID_BYTES, 2 * ID_BYTES)),
    secret: bytes.subarray(2 * ID_BYTES),
  };
}

/** The stored form of a secret: SHA-256, which is enough for 256 random bits. */
export const hashInvitationSecret = (secret: Uint8Array): string =>
  createHash("sha256").update(secret).digest("base64url");

/** Compares a secret with a stored hash in constant time. */
export const isInvitationSecret = (secret: Uint8Array, storedHash: string): boolean => {
  const computed = Buffer.from(hashInvitationSecret(secret));
  const stored = Buffer.from(storedHash);
  return computed.length === stored.length && timingSafeEqual(computed, stored);
};

/** The link of an invitation. Servers and their logs never see the fragment, which holds the token. */
export const invitationLink = (publicUrl: string, token: string): string =>
  `${publicUrl.replace(/\/$/, "")}/invite#${token}`;

const idBytes = (id: string): Buffer => Buffer.from(id.replaceAll("-", ""), "hex");

function idOf(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

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
export function* openInvitation(
  queries: ServiceQueries,
  token: InvitationToken,
): Unit<OpenInvitation | null> {
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
  if (row === null || !isInvitationSecret(token.secret, row.token_hash)) return null;
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

/** Returns how many links of an account work at `now`, besides the one of a future user; stops counting at `limit`. */
export function* countOpenInvitations(
  queries: ServiceQueries,
  { accountId, userId, now, limit }: UserReference & { now: number; limit: number },
): Unit<number> {
  const open = queries
    .selectFrom("invitations")
    .select("user_id")
    .where("account_id", "=", accountId)
    .where("expires_at", ">", now)
    .where("user_id", "!=", userId)
    .limit(limit);
  const row = yield* first(queries.selectFrom(open.as("open")).select(sql<number>`count(*)`.as("count")));
  return row?.count ?? 0;
}

/** Ends the links of users whose authority ended. The invited members stay in the list, and can be invited again. */
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
