import type { User } from "@curfew/core";
import { clock, type EndedAuthority, first, run, type Unit } from "@curfew/sql";
import { sql } from "kysely";
import type { UserReference } from "../accounts/credentials.js";
import { isOfKeptAccount } from "../database/kept-account.js";
import type { ServiceQueries } from "../database/tables.js";
import { isLinkSecret, type LinkToken } from "./link-token.js";

/** How long a link to a new password works. */
const PASSWORD_LINK_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Whom a link to a new password is for. */
export interface OpenPasswordLink extends UserReference, Pick<User, "name" | "email"> {
  readonly accountName: string;
}

/** Whether this user may make others choose a new password, or choose one themselves. */
const IS_ENABLED_OWNER = sql<boolean>`maker.role = 'owner' AND maker.disabled = 0`;

/**
 * Reads whom a token is for; null if it is wrong, used, replaced or too old, or if its maker is no enabled owner any more or its
 * user is disabled.
 */
export function* openPasswordLink(queries: ServiceQueries, token: LinkToken): Unit<OpenPasswordLink | null> {
  const row = yield* first(
    queries
      .selectFrom("password_links as p")
      .innerJoin("curfew_users as u", (join) =>
        join.onRef("u.account_id", "=", "p.account_id").onRef("u.id", "=", "p.user_id"),
      )
      .innerJoin("account_names as account", "account.account_id", "p.account_id")
      .leftJoin("curfew_users as maker", (join) =>
        join.onRef("maker.account_id", "=", "p.account_id").onRef("maker.id", "=", "p.made_by"),
      )
      .select(["p.account_id as accountId", "p.user_id as userId", "u.name", "u.email"])
      .select(["p.token_hash", "p.expires_at", "account.name as accountName"])
      .where("p.account_id", "=", token.accountId)
      .where("p.user_id", "=", token.userId)
      .where("u.disabled", "=", 0)
      .where(isOfKeptAccount("p.account_id"))
      .where((row) => row.or([row("p.made_by", "is", null), IS_ENABLED_OWNER])),
  );
  if (row === null || !isLinkSecret(token.secret, row.token_hash)) return null;
  if ((yield* clock()) >= row.expires_at) return null;
  const { token_hash: _hash, expires_at: _expiry, ...link } = row;
  return link;
}

/** Stores the link of a user, which replaces an earlier one. Returns when it ends. */
export function* writePasswordLink(
  queries: ServiceQueries,
  { accountId, userId }: UserReference,
  link: { readonly now: number; readonly tokenHash: string; readonly madeBy: string | null },
): Unit<number> {
  const expires_at = link.now + PASSWORD_LINK_LIFETIME_MS;
  const columns = { token_hash: link.tokenHash, expires_at, made_by: link.madeBy, created_at: link.now };
  yield* run(
    queries
      .insertInto("password_links")
      .values({ account_id: accountId, user_id: userId, ...columns })
      .onConflict((conflict) => conflict.columns(["account_id", "user_id"]).doUpdateSet(columns)),
  );
  return expires_at;
}

/** Deletes the link of a user, who has a new password or is gone; false if there is none. */
export function* deletePasswordLink(
  queries: ServiceQueries,
  { accountId, userId }: UserReference,
): Unit<boolean> {
  const deleted = yield* run(
    queries.deleteFrom("password_links").where("account_id", "=", accountId).where("user_id", "=", userId),
  );
  return deleted === 1;
}

/**
 * Ends the links that users whose authority ended had made for others, and those of users who are disabled now. Links of the
 * machine's operator end with their user alone.
 */
export function* endPasswordLinks(
  queries: ServiceQueries,
  { accountId, users, now }: EndedAuthority,
): Unit<void> {
  const open = queries
    .updateTable("password_links")
    .set({ expires_at: now })
    .where("account_id", "=", accountId)
    .where("expires_at", ">", now);
  if ("only" in users) {
    const isDisabled = sql<boolean>`user_id = ${users.only} AND EXISTS (SELECT 1 FROM curfew_users AS u
      WHERE u.account_id = ${accountId} AND u.id = ${users.only} AND u.disabled = 1)`;
    yield* run(open.where((row) => row.or([row("made_by", "=", users.only), isDisabled])));
  } else if (users.allBut === null) yield* run(open.where("made_by", "is not", null));
  else yield* run(open.where("made_by", "!=", users.allBut));
}
