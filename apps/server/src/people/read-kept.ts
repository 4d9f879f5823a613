import { wireTime, wireTimeOrNull } from "@curfew/http";
import { all, first, type Unit } from "@curfew/sql";
import { readPasswordHash, type UserReference } from "../accounts/credentials.js";
import { addressKeyOf } from "../accounts/email-address.js";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";

/** Reads what is kept of a user besides sessions and events; null if the user does not exist. */
export function* readKept(context: ServiceContext, { accountId, userId }: UserReference) {
  const queries = serviceQueries(context.database);
  const reference = { accountId, userId };
  const user = yield* first(
    queries
      .selectFrom("curfew_users")
      .select(["id", "name", "email", "role", "disabled", "last_login_at"])
      .where("account_id", "=", accountId)
      .where("id", "=", userId)
      .where("deleted_at", "is", null),
  );
  if (user === null) return null;
  const account = yield* context.accounts.reading(accountId);
  const { last_login_at, disabled, ...fields } = user;
  return {
    user: {
      ...fields,
      disabled: disabled === 1,
      last_login_at: wireTimeOrNull(last_login_at),
      account: { id: accountId, name: account?.name ?? "" },
    },
    password: (yield* readPasswordHash(queries, reference)) === null ? null : "kept as a hash (argon2id)",
    failed_sign_ins: yield* context.limits.failuresOf(addressKeyOf(user.email)),
    known_places: yield* readPlaces(queries, reference),
    password_link: yield* readOwnLink(queries, reference),
    invitations_made: yield* readMade(queries, "invitations", "invited_by", reference),
    password_links_made: yield* readMade(queries, "password_links", "made_by", reference),
  };
}

function* readPlaces(queries: ServiceQueries, { accountId, userId }: UserReference) {
  const rows = yield* all(
    queries
      .selectFrom("known_places")
      .select(["place_hash", "seen_at"])
      .where("account_id", "=", accountId)
      .where("user_id", "=", userId)
      .orderBy("seen_at", "desc")
      .orderBy("place_hash"),
  );
  return rows.map(({ place_hash, seen_at }) => ({ hash: place_hash, seen_at: wireTime(seen_at) }));
}

function* readOwnLink(queries: ServiceQueries, { accountId, userId }: UserReference): Unit<KeptLink | null> {
  const row = yield* first(
    queries
      .selectFrom("password_links")
      .select(["created_at", "expires_at"])
      .where("account_id", "=", accountId)
      .where("user_id", "=", userId),
  );
  return row === null ? null : wireLink(row);
}

interface KeptLink {
  readonly created_at: string;
  readonly expires_at: string;
}

const wireLink = (row: { created_at: number; expires_at: number }): KeptLink => ({
  created_at: wireTime(row.created_at),
  expires_at: wireTime(row.expires_at),
});

function* readMade(
  queries: ServiceQueries,
  table: "invitations" | "password_links",
  maker: "invited_by" | "made_by",
  { accountId, userId }: UserReference,
): Unit<readonly (KeptLink & { readonly user_id: string })[]> {
  const rows = yield* all(
    queries
      .selectFrom(table)
      .select(["user_id", "created_at", "expires_at"])
      .where("account_id", "=", accountId)
      .where(queries.dynamic.ref(maker), "=", userId)
      .orderBy("user_id"),
  );
  return rows.map(({ user_id, ...link }) => ({ user_id, ...wireLink(link) }));
}
