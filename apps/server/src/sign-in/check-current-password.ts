import { CurfewError, networkOf } from "@curfew/core";
import { fieldProblem, HttpProblem } from "@curfew/http";
import { createSignInReader, lastly } from "@curfew/sql";
import { readPasswordHash, type UserReference } from "../accounts/credentials.js";
import { addressKeyOf } from "../accounts/email-address.js";
import { serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";
import type { NamedGrant } from "./begin-session.js";
import type { CheckedPassword } from "./checked-password.js";
import type { Place } from "./limits/known-places.js";

/**
 * Checks the password of a signed-in user, within the limits on sign-ins.
 * Throws `validation_failed` on `current_password`, `rate_limited`, `unavailable`.
 */
export async function checkCurrentPassword(
  { accounts, database, limits, passwords, places }: ServiceContext,
  { accountId, userId }: UserReference,
  { currentPassword, place }: { readonly currentPassword: string; readonly place: Place },
): Promise<CheckedPassword & Pick<NamedGrant, "accountName">> {
  const network = networkOf(place.ip ?? "");
  const reference = { accountId, userId };
  const [prepared, passwordHash, isKnownPlace, account] = await database.read(() =>
    lastly(
      createSignInReader(database)(accountId, userId),
      readPasswordHash(serviceQueries(database), reference),
      places.isKnown(reference, place),
      accounts.reading(accountId),
    ),
  );
  const { user } = prepared;
  if (user === null || passwordHash === null) throw new CurfewError("token_expired", {});
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
