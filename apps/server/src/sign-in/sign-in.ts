import { type Grant, isCurfewError, type User } from "@curfew/core";
import { replacePasswordHash } from "../accounts/credentials.js";
import { emailKeyOf } from "../accounts/email-key.js";
import { serviceQueries } from "../database/tables.js";
import { networkOf } from "../network/address.js";
import type { People } from "../people.js";
import { checkCredentials, type KnownPerson } from "./check-credentials.js";
import type { Client } from "./client.js";
import { startingOver } from "./superseded.js";

export type SignInOutcome =
  | { readonly kind: "granted"; readonly grant: Grant }
  /** Why, nobody is told; with the user whose trail it belongs into. */
  | { readonly kind: "refused"; readonly user: User | null }
  | { readonly kind: "limited"; readonly retryAfterSeconds: number };

export interface SignInInput {
  readonly email: string;
  readonly password: string;
  /** The client's address; null where it is not known. */
  readonly ip: string | null;
  readonly client: Client;
}

/** Signs a person in within the limits on attempts. Throws `unavailable`. */
export function signIn(people: People, input: SignInInput): Promise<SignInOutcome> {
  const emailKey = emailKeyOf(input.email);
  const attempt = { emailKey, network: networkOf(input.ip ?? "") };
  return startingOver(async () => {
    const outcome = await people.limits.attempt(attempt, async () => {
      const value = await checkCredentials(people, emailKey, input.password);
      return { passed: value.kind === "right", value };
    });
    if (outcome.kind === "limited") return outcome;
    if (outcome.value.kind === "wrong") return { kind: "refused", user: outcome.value.user };
    return await begin(people, outcome.value.person, input);
  });
}

async function begin(people: People, person: KnownPerson, input: SignInInput): Promise<SignInOutcome> {
  const { id, accountId, name, email, role } = person.user;
  const rehash = await rehashing(people, person, input.password);
  try {
    const grant = await people.curfew.sessions.start({
      accountId,
      user: { id, name, email, role },
      prepared: person.prepared,
      ...input.client,
      ...rehash,
    });
    return { kind: "granted", grant };
  } catch (error) {
    if (isCurfewError(error, "user_disabled")) return { kind: "refused", user: person.user };
    throw error;
  }
}

/** A hash of other parameters than today's is replaced now that the password is at hand. */
async function rehashing(
  { database, passwords }: People,
  { user, passwordHash }: KnownPerson,
  password: string,
) {
  if (!passwords.isOutdated(passwordHash)) return {};
  const after = await passwords.hash(password);
  const owner = { accountId: user.accountId, userId: user.id };
  return {
    *alongside() {
      yield* replacePasswordHash(serviceQueries(database), owner, { before: passwordHash, after });
    },
  };
}
