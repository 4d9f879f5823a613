import { first, run, type Unit } from "@curfew/sql";
import type { ServiceQueries } from "../database/tables.js";

/** Identifies a user permanently. */
export interface UserReference {
  readonly accountId: string;
  readonly userId: string;
}

/**
 * The form in which e-mail addresses are compared: ignoring case and the encoding of accents. The address as typed is stored
 * with it, for display and for mail.
 *
 * @example emailKeyOf(" Ada@Example.test ") // "ada@example.test"
 */
export const emailKeyOf = (email: string): string => email.trim().normalize("NFC").toLowerCase();

/** Finds the user with an e-mail address, in any account. */
export function* findUserByEmail(queries: ServiceQueries, emailKey: string): Unit<UserReference | null> {
  return yield* first(
    queries
      .selectFrom("email_directory")
      .select(["account_id as accountId", "user_id as userId"])
      .where("email_key", "=", emailKey),
  );
}

/** Assigns an e-mail address to a user; false if a user already has it. */
export function* claimEmail(queries: ServiceQueries, emailKey: string, user: UserReference): Unit<boolean> {
  const claimed = yield* run(
    queries
      .insertInto("email_directory")
      .values({ email_key: emailKey, account_id: user.accountId, user_id: user.userId })
      .onConflict((conflict) => conflict.column("email_key").doNothing()),
  );
  return claimed === 1;
}

/** Reads the hash of a user's password; null if there is none. */
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

/** Inserts the password hash of a new user. */
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

/** Replaces the hash `before`; false if the stored hash is no longer that one. */
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
