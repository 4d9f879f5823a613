import { type Grant, isCurfewError, type SignInSnapshot, type User } from "@curfew/core";
import {
  emailKeyOf,
  findUserByEmail,
  readPasswordHash,
  replacePasswordHash,
  type UserReference,
} from "../accounts/credentials.js";
import { networkOf } from "../client-address.js";
import { serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";
import { retryIfSuperseded, type SessionClient } from "./begin-session.js";

export type SignInOutcome =
  | { readonly kind: "granted"; readonly grant: Grant }
  /** The reason is never exposed. `user` is the one whose account records the failure; null for an unknown e-mail. */
  | { readonly kind: "refused"; readonly user: User | null }
  | { readonly kind: "limited"; readonly retryAfterSeconds: number };

export interface SignInInput {
  readonly email: string;
  readonly password: string;
  /** The client's address; null if it is unknown. */
  readonly ip: string | null;
  readonly client: SessionClient;
}

/** Signs a user in, within the limits on attempts. Throws `unavailable`. */
export function signIn(context: ServiceContext, input: SignInInput): Promise<SignInOutcome> {
  const emailKey = emailKeyOf(input.email);
  const attempt = { emailKey, network: networkOf(input.ip ?? "") };
  return retryIfSuperseded(async () => {
    const outcome = await context.limits.attempt(attempt, async () => {
      const value = await checkCredentials(context, emailKey, input.password);
      return { passed: value.kind === "correct", value };
    });
    if (outcome.kind === "limited") return outcome;
    if (outcome.value.kind === "wrong") return { kind: "refused", user: outcome.value.user };
    return await startSession(context, outcome.value, input);
  });
}

interface CorrectCredentials {
  readonly kind: "correct";
  readonly user: User;
  readonly passwordHash: string;
  /** Taken before the password check, so that later changes of the user supersede the sign-in. */
  readonly prepared: SignInSnapshot;
}

/** `user` is the user with this e-mail; null if there is none. */
type CredentialCheck = CorrectCredentials | { readonly kind: "wrong"; readonly user: User | null };

/** Looked up in place of an unknown user, so that both cases take the same time. */
const UNKNOWN_USER: UserReference = {
  accountId: "00000000-0000-7000-8000-000000000000",
  userId: "00000000-0000-7000-8000-000000000000",
};

/**
 * Checks an e-mail and a password. An unknown e-mail, a disabled user and a wrong password take the same steps: two reads,
 * the sign-in snapshot and one password check (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0 V6.3.8).
 */
async function checkCredentials(
  { curfew, database, passwords }: ServiceContext,
  emailKey: string,
  password: string,
): Promise<CredentialCheck> {
  const queries = serviceQueries(database);
  const reference = (await database.read(() => findUserByEmail(queries, emailKey))) ?? UNKNOWN_USER;
  const prepared = await curfew.sessions.prepare(reference.accountId, reference.userId);
  // Read after the snapshot: a password that changes from here on is detected when the session starts.
  const passwordHash = await database.read(() => readPasswordHash(queries, reference));
  const isCorrect = await passwords.check(passwordHash, password);
  const { user } = prepared;
  return isCorrect && passwordHash !== null && user !== null && !user.disabled
    ? { kind: "correct", user, passwordHash, prepared }
    : { kind: "wrong", user };
}

async function startSession(
  context: ServiceContext,
  credentials: CorrectCredentials,
  input: SignInInput,
): Promise<SignInOutcome> {
  const { user, prepared } = credentials;
  const { id, accountId, name, email, role } = user;
  const rehash = await rehashIfOutdated(context, credentials, input.password);
  try {
    const grant = await context.curfew.sessions.start({
      accountId,
      user: { id, name, email, role },
      prepared,
      ...input.client,
      ...rehash,
    });
    return { kind: "granted", grant };
  } catch (error) {
    if (isCurfewError(error, "user_disabled")) return { kind: "refused", user };
    throw error;
  }
}

/** Replaces a hash with outdated parameters while the password is available. */
async function rehashIfOutdated(
  { database, passwords }: ServiceContext,
  { user, passwordHash }: CorrectCredentials,
  password: string,
) {
  if (!passwords.isOutdated(passwordHash)) return {};
  const after = await passwords.hash(password);
  const reference = { accountId: user.accountId, userId: user.id };
  return {
    *alongside() {
      yield* replacePasswordHash(serviceQueries(database), reference, { before: passwordHash, after });
    },
  };
}

/**
 * Records a failed sign-in in the audit trail of the user's account. Failures of one e-mail and network within a minute are
 * folded into one event. The write starts after the answer, so that the response time does not reveal
 * whether the e-mail has a user.
 */
export function recordFailedSignIn(context: ServiceContext, user: User, ip: string | null): void {
  setImmediate(() => {
    context.curfew.events
      .record(
        user.accountId,
        {
          type: "user.sign_in_failed",
          actorId: null,
          sessionId: null,
          ip,
          details: { email: user.email },
        },
        { foldKey: `${emailKeyOf(user.email)} ${networkOf(ip ?? "")}` },
      )
      .catch((error: unknown) => context.onTrailError?.(error));
  });
}
