import { first, type IdValue, run, type Unit } from "@curfew/sql";
import { sql } from "kysely";
import { isOfKeptAccount } from "../database/kept-account.js";
import type { ServiceQueries } from "../database/tables.js";
import { addressKeyOf, emailKeyOf } from "./email-address.js";

/** The conditions on rows with the keys of an e-mail address: the same one in any spelling, with its own spelling first. */
export function addressSql(email: string) {
  const emailKey = emailKeyOf(email);
  return {
    isSame: sql<boolean>`(email_key = ${emailKey} OR address_key = ${addressKeyOf(email)})`,
    sameSpellingFirst: sql`CASE email_key WHEN ${emailKey} THEN 0 ELSE 1 END`,
  };
}

/** Identifies a user permanently. */
export interface UserReference {
  readonly accountId: string;
  readonly userId: string;
}

/** Identifies a user by ids, or by the expressions that find them. */
export interface UserKey {
  readonly accountId: IdValue;
  readonly userId: IdValue;
}

/** The user with an e-mail address, as `findUserByEmail` finds them, for a statement to find itself; `otherwise` if there is none. */
export function userWithEmail(queries: ServiceQueries, email: string, otherwise: UserReference): UserKey {
  const column = (name: "account_id" | "user_id", fallback: string): IdValue =>
    sql<string>`coalesce(${rowsWithEmail(queries, email).select(name)}, ${fallback})`;
  return {
    accountId: column("account_id", otherwise.accountId),
    userId: column("user_id", otherwise.userId),
  };
}

/** Finds the user with an e-mail address, in any account: the one with this spelling, or else with another one of the address. */
export function* findUserByEmail(queries: ServiceQueries, email: string): Unit<UserReference | null> {
  return yield* first(rowsWithEmail(queries, email).select(["account_id as accountId", "user_id as userId"]));
}

function rowsWithEmail(queries: ServiceQueries, email: string) {
  const { isSame, sameSpellingFirst } = addressSql(email);
  return queries
    .selectFrom("email_directory")
    .where(isSame)
    .where(isOfKeptAccount("email_directory.account_id"))
    .orderBy(sameSpellingFirst)
    .limit(1);
}

/** Assigns an e-mail address to a user; false if a user already has it, in whatever spelling. */
export function* claimEmail(queries: ServiceQueries, email: string, user: UserReference): Unit<boolean> {
  // A deleted account may have many addresses, which the sweep removes in batches.
  yield* run(
    queries
      .deleteFrom("email_directory")
      .where(addressSql(email).isSame)
      .where((row) => row.not(isOfKeptAccount("email_directory.account_id"))),
  );
  const claimed = yield* run(
    queries
      .insertInto("email_directory")
      .values({
        email_key: emailKeyOf(email),
        address_key: addressKeyOf(email),
        account_id: user.accountId,
        user_id: user.userId,
      })
      .onConflict((conflict) => conflict.doNothing()),
  );
  return claimed === 1;
}

/** Takes an e-mail address from a user. */
export function* releaseEmail(queries: ServiceQueries, email: string, user: UserReference): Unit<void> {
  yield* run(
    queries
      .deleteFrom("email_directory")
      .where("email_key", "=", emailKeyOf(email))
      .where("account_id", "=", user.accountId)
      .where("user_id", "=", user.userId),
  );
}

/** Reads the hash of a user's password; null if there is none. */
export function* readPasswordHash(queries: ServiceQueries, user: UserKey): Unit<string | null> {
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

/** Replaces the password hash of a user, whatever it was. */
export function* setPasswordHash(
  queries: ServiceQueries,
  { accountId, userId }: UserReference,
  passwordHash: string,
): Unit<void> {
  yield* run(
    queries
      .updateTable("credentials")
      .set({ password_hash: passwordHash })
      .where("account_id", "=", accountId)
      .where("user_id", "=", userId),
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
