import { type Grant, isCurfewError, networkOf, type User } from "@curfew/core";
import { findUserByEmail, readPasswordHash, type UserReference } from "../accounts/credentials.js";
import { addressKeyOf } from "../accounts/email-address.js";
import { serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";
import { retryIfSuperseded, type SessionClient } from "./begin-session.js";
import { type CheckedPassword, recheckPassword } from "./checked-password.js";
import { NOBODY, recordFailedSignIn } from "./failed-sign-in.js";

export type SignInOutcome =
  | { readonly kind: "granted"; readonly grant: Grant }
  /** The reason is never exposed. */
  | { readonly kind: "refused" }
  | { readonly kind: "limited"; readonly retryAfterSeconds: number };

export interface SignInInput {
  readonly email: string;
  readonly password: string;
  /** Ends the user's other sessions in the transaction that begins the new one. */
  readonly endsOthers: boolean;
  /** The client's address; null if it is unknown. */
  readonly ip: string | null;
  readonly client: SessionClient;
}

/** Signs a user in, within the limits on attempts. Throws `unavailable`. */
export function signIn(context: ServiceContext, input: SignInInput): Promise<SignInOutcome> {
  const addressKey = addressKeyOf(input.email);
  const network = networkOf(input.ip ?? "");
  return retryIfSuperseded(async () => {
    const { reference, isKnownPlace } = await findUser(context, input);
    const outcome = await context.limits.attempt({ addressKey, network, isKnownPlace }, async () => {
      const value = await checkCredentials(context, reference, input);
      return {
        passed: value.kind === "correct",
        value,
        onFailure: () => recordFailedSignIn(context, { user: value.user, addressKey, ip: input.ip }),
      };
    });
    if (outcome.kind === "limited") return outcome;
    if (outcome.value.kind === "wrong") return { kind: "refused" };
    return await startSession(context, outcome.value, input);
  });
}

/** Finds the user with an e-mail, or `NOBODY`, and whether the client is at a place of theirs. */
function findUser(
  { database, places }: ServiceContext,
  { email, ip, client }: SignInInput,
): Promise<{ readonly reference: UserReference; readonly isKnownPlace: boolean }> {
  const place = { ip, keyThumbprint: client.keyThumbprint ?? null };
  return database.read(function* () {
    const reference = (yield* findUserByEmail(serviceQueries(database), email)) ?? NOBODY;
    return { reference, isKnownPlace: yield* places.isKnown(reference, place) };
  });
}

type CorrectCredentials = CheckedPassword & { readonly kind: "correct" };

/** `user` is the user with this e-mail; null if there is none. */
type CredentialCheck = CorrectCredentials | { readonly kind: "wrong"; readonly user: User | null };

/**
 * Checks a password. An unknown e-mail, a disabled user and a wrong password take the same steps: the sign-in snapshot, a read
 * and one password check (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0 V6.3.8).
 */
async function checkCredentials(
  { curfew, database, passwords }: ServiceContext,
  reference: UserReference,
  { password, ip }: SignInInput,
): Promise<CredentialCheck> {
  const prepared = await curfew.sessions.prepare(reference.accountId, reference.userId);
  // Read after the snapshot: a password that changes from here on is detected when the session starts.
  const passwordHash = await database.read(() => readPasswordHash(serviceQueries(database), reference));
  const isCorrect = await passwords.check(passwordHash, password, networkOf(ip ?? ""));
  const { user } = prepared;
  return isCorrect && passwordHash !== null && user !== null && !user.disabled
    ? { kind: "correct", user, passwordHash, prepared }
    : { kind: "wrong", user };
}

async function startSession(
  context: ServiceContext,
  checked: CorrectCredentials,
  input: SignInInput,
): Promise<SignInOutcome> {
  const { user, prepared } = checked;
  const { id, accountId, name, email, role } = user;
  const newHash = await rehashIfOutdated(context, checked, input);
  try {
    const grant = await context.curfew.sessions.start({
      accountId,
      user: { id, name, email, role },
      prepared,
      rechecks: true,
      alongside: () => recheckPassword(context, checked, newHash),
      ...(input.endsOthers ? { endsOthers: "revoked_by_user" } : {}),
      ...input.client,
    });
    return { kind: "granted", grant };
  } catch (error) {
    if (!isCurfewError(error, "user_disabled")) throw error;
    const failure = { user: checked.user, addressKey: addressKeyOf(input.email), ip: input.ip };
    await context.database.write(() => recordFailedSignIn(context, failure));
    return { kind: "refused" };
  }
}

/** Hashes the password again if its hash has outdated parameters; null if not. */
const rehashIfOutdated = async (
  { passwords }: ServiceContext,
  { passwordHash }: CheckedPassword,
  { password, ip }: SignInInput,
): Promise<string | null> =>
  passwords.isOutdated(passwordHash) ? await passwords.hash(password, networkOf(ip ?? "")) : null;
