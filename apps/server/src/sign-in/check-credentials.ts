import type { SignInSnapshot, User } from "@curfew/core";
import { readPasswordHash } from "../accounts/credentials.js";
import { findByEmail, type UserReference } from "../accounts/directory.js";
import { serviceQueries } from "../database/tables.js";
import type { People } from "../people.js";

/** A person whose password was right. */
export interface KnownPerson {
  readonly user: User;
  readonly passwordHash: string;
  /** Read before the password was checked: what happens from then on counts. */
  readonly prepared: SignInSnapshot;
}

export type Credentials =
  | { readonly kind: "right"; readonly person: KnownPerson }
  /** With the user whose e-mail it is; null where it is nobody's. */
  | { readonly kind: "wrong"; readonly user: User | null };

/** Nobody's ids: whoever is unknown is looked for all the same, so that it takes as long. */
const NOBODY: UserReference = {
  accountId: "00000000-0000-7000-8000-000000000000",
  userId: "00000000-0000-7000-8000-000000000000",
};

/**
 * Checks an e-mail and a password. An unknown e-mail, a disabled user and a wrong password take the same steps: two reads,
 * what a sign-in must know, and one check of a password (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0 V6.3.8).
 */
export async function checkCredentials(
  people: Pick<People, "curfew" | "database" | "passwords">,
  emailKey: string,
  password: string,
): Promise<Credentials> {
  const { curfew, database, passwords } = people;
  const queries = serviceQueries(database);
  const found = (await database.read(() => findByEmail(queries, emailKey))) ?? NOBODY;
  const prepared = await curfew.sessions.prepare(found.accountId, found.userId);
  // Read after the snapshot: a password that is changed from here on is noticed when the session begins.
  const passwordHash = await database.read(() => readPasswordHash(queries, found));
  const right = await passwords.check(passwordHash, password);
  const { user } = prepared;
  return right && passwordHash !== null && user !== null && !user.disabled
    ? { kind: "right", person: { user, passwordHash, prepared } }
    : { kind: "wrong", user };
}
