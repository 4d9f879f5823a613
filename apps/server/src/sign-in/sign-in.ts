import { type Grant, isCurfewError, networkOf, type SignInSnapshot, type User } from "@curfew/core";
import { createSignInReader, lastly } from "@curfew/sql";
import type { Account } from "../accounts/accounts.js";
import { readPasswordHash, userWithEmail } from "../accounts/credentials.js";
import { addressKeyOf } from "../accounts/email-address.js";
import { serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";
import { retryIfSuperseded, type SessionClient } from "./begin-session.js";
import { type CheckedPassword, recheckPassword } from "./checked-password.js";
import { NOBODY, recordFailedSignIn } from "./failed-sign-in.js";
import type { FailureCounts } from "./limits/admission.js";

export type SignInOutcome =
  | { readonly kind: "granted"; readonly grant: Grant; readonly accountName: string }
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
    const found = await findUser(context, addressKey, input);
    const attempt = { addressKey, network, isKnownPlace: found.isKnownPlace, counts: found.counts };
    const outcome = await context.limits.attempt(attempt, async () => {
      const value = await checkCredentials(context, found, input);
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

/** What a sign-in reads before its check, in one round trip; of `NOBODY` if no user has the e-mail. */
interface FoundUser {
  /** Later changes of the user supersede the sign-in, and a later password fails in its transaction. */
  readonly prepared: SignInSnapshot;
  readonly passwordHash: string | null;
  readonly account: Account | null;
  readonly isKnownPlace: boolean;
  readonly counts: FailureCounts;
}

function findUser(
  { database, accounts, limits, places }: ServiceContext,
  addressKey: string,
  { email, ip, client }: SignInInput,
): Promise<FoundUser> {
  const queries = serviceQueries(database);
  const place = { ip, keyThumbprint: client.keyThumbprint ?? null };
  const readSignIn = createSignInReader(database);
  return database.read(function* () {
    const user = userWithEmail(queries, email, NOBODY);
    const [prepared, passwordHash, account, isKnownPlace, counts] = yield* lastly(
      readSignIn(user.accountId, user.userId),
      readPasswordHash(queries, user),
      accounts.reading(user.accountId),
      places.isKnown(user, place),
      limits.counts({ addressKey, network: networkOf(ip ?? "") }),
    );
    return { prepared, passwordHash, account, isKnownPlace, counts };
  });
}

type CorrectCredentials = CheckedPassword & { readonly kind: "correct"; readonly accountName: string };

/** `user` is the user with this e-mail; null if there is none. */
type CredentialCheck = CorrectCredentials | { readonly kind: "wrong"; readonly user: User | null };

/**
 * Checks a password. An unknown e-mail, a disabled user and a wrong password take the same steps: one read before, and one password
 * check (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0 V6.3.8).
 */
async function checkCredentials(
  { accounts, passwords }: ServiceContext,
  { prepared, passwordHash, account }: FoundUser,
  { password, ip }: SignInInput,
): Promise<CredentialCheck> {
  const isCorrect = await passwords.check(passwordHash, password, networkOf(ip ?? ""));
  const { user } = prepared;
  if (!isCorrect || passwordHash === null || user === null || user.disabled) return { kind: "wrong", user };
  if (account !== null) accounts.keep(account);
  return { kind: "correct", user, passwordHash, prepared, accountName: account?.name ?? "" };
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
    return { kind: "granted", grant, accountName: checked.accountName };
  } catch (error) {
    // The account was deleted meanwhile.
    if (!isCurfewError(error, "user_disabled") && !isCurfewError(error, "session_revoked")) throw error;
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
