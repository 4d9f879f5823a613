import { CurfewError, type Identity, networkOf } from "@curfew/core";
import { fieldProblem, HttpProblem } from "@curfew/http";
import { createSignInReader, lastly } from "@curfew/sql";
import { readPasswordHash } from "../accounts/credentials.js";
import { addressKeyOf } from "../accounts/email-address.js";
import { serviceQueries } from "../database/tables.js";
import { requireUncommonPassword } from "../passwords/common-passwords.js";
import type { ServiceContext } from "../service-context.js";
import { type NamedGrant, retryIfSuperseded, type SessionClient } from "./begin-session.js";
import { type CheckedPassword, recheckPassword } from "./checked-password.js";

export interface PasswordChange {
  readonly identity: Identity;
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The client's address; null if it is unknown. */
  readonly ip: string | null;
  readonly client: SessionClient;
}

/**
 * Changes the caller's password, begins a new session and ends all other sessions of the user.
 * Throws `validation_failed` if the current password is wrong or the new one too common, `rate_limited`, `unavailable`.
 */
export async function changePassword(context: ServiceContext, change: PasswordChange): Promise<NamedGrant> {
  const { curfew, passwords } = context;
  const { accountId, userId } = change.identity;
  const network = networkOf(change.ip ?? "");
  await requireUncommonPassword(passwords, "new_password", change.newPassword);
  return await retryIfSuperseded(async () => {
    const checked = await checkCurrentPassword(context, change);
    const { user, prepared, accountName } = checked;
    const after = await passwords.hash(change.newPassword, network);
    const grant = await curfew.sessions.start({
      accountId,
      user: { id: userId, name: user.name, email: user.email, role: user.role },
      prepared,
      rechecks: true,
      endsOthers: "password_changed",
      event: { type: "password.changed", details: {} },
      alongside: () => recheckPassword(context, checked, after),
      ...change.client,
    });
    return { grant, accountName };
  });
}

/** Checks the caller's password, within the limits on sign-ins. Throws `validation_failed`, `rate_limited`, `unavailable`. */
async function checkCurrentPassword(
  { accounts, database, limits, passwords, places }: ServiceContext,
  { identity, currentPassword, ip, client }: PasswordChange,
): Promise<CheckedPassword & Pick<NamedGrant, "accountName">> {
  const { accountId, userId } = identity;
  const network = networkOf(ip ?? "");
  const place = { ip, keyThumbprint: client.keyThumbprint ?? null };
  const [prepared, passwordHash, isKnownPlace, account] = await database.read(() =>
    lastly(
      createSignInReader(database)(accountId, userId),
      readPasswordHash(serviceQueries(database), identity),
      places.isKnown(identity, place),
      accounts.reading(accountId),
    ),
  );
  const { user } = prepared;
  if (user === null || passwordHash === null) throw new CurfewError("unauthenticated", {});
  const attempt = { addressKey: addressKeyOf(user.email), network, isKnownPlace };
  const outcome = await limits.attempt(attempt, async () => {
    const passed = await passwords.check(passwordHash, currentPassword, network);
    return { passed, value: passed };
  });
  if (outcome.kind === "limited")
    throw new HttpProblem("rate_limited", { retryAfterSeconds: outcome.retryAfterSeconds });
  if (!outcome.value)
    throw fieldProblem("current_password", "invalid_value", "This is not your current password.");
  return { user, passwordHash, prepared, accountName: account?.name ?? "" };
}
