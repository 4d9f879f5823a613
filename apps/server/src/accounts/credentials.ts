import { first, run, type Unit } from "@curfew/sql";
import type { ServiceQueries } from "../database/tables.js";
import type { UserReference } from "./directory.js";

/** The hash of a user's password; null for whom there is none. */
export function* readPasswordHash(queries: ServiceQueries, user: UserReference): Unit<string | null> {
  const row = yield* first(
    queries
      .selectFrom("credentials")
      .select("password_hash")
      .where("account_id", "=", user.accountId)
      .where("user_id", "=", user.userId),
  );
  return row?.password_hash ?? null;
}

/** Gives a new user a password. */
export function* insertPasswordHash(
  queries: ServiceQueries,
  user: UserReference,
  passwordHash: string,
): Unit<void> {
  yield* run(
    queries
      .insertInto("credentials")
      .values({ account_id: user.accountId, user_id: user.userId, password_hash: passwordHash }),
  );
}

/** Puts another hash in the place of `before`; false where that is no longer the one. */
export function* replacePasswordHash(
  queries: ServiceQueries,
  user: UserReference,
  hashes: { readonly before: string; readonly after: string },
): Unit<boolean> {
  const replaced = yield* run(
    queries
      .updateTable("credentials")
      .set({ password_hash: hashes.after })
      .where("account_id", "=", user.accountId)
      .where("user_id", "=", user.userId)
      .where("password_hash", "=", hashes.before),
  );
  return replaced === 1;
}
