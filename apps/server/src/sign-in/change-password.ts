import { CurfewError, type Grant, type Identity } from "@curfew/core";
import { fieldProblem, HttpProblem } from "@curfew/http";
import { emailKeyOf, readPasswordHash, replacePasswordHash } from "../accounts/credentials.js";
import { networkOf } from "../client-address.js";
import { serviceQueries } from "../database/tables.js";
import { requireUncommonPassword } from "../passwords/common-passwords.js";
import type { ServiceContext } from "../service-context.js";
import { retryIfSuperseded, type SessionClient } from "./begin-session.js";

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
export async function changePassword(context: ServiceContext, change: PasswordChange): Promise<Grant> {
  const { curfew, database, limits, passwords } = context;
  const { accountId, userId } = change.identity;
  const queries = serviceQueries(database);
  await requireUncommonPassword(passwords, "new_password", change.newPassword);
  return await retryIfSuperseded(async () => {
    const prepared = await curfew.sessions.prepare(accountId, userId);
    const before = await database.read(() => readPasswordHash(queries, { accountId, userId }));
    const { user } = prepared;
    if (user === null || before === null) throw new CurfewError("unauthenticated", {});
    const attempt = { emailKey: emailKeyOf(user.email), network: networkOf(change.ip ?? "") };
    const outcome = await limits.attempt(attempt, async () => {
      const passed = await passwords.check(before, change.currentPassword);
      return { passed, value: passed };
    });
    if (outcome.kind === "limited")
      throw new HttpProblem("rate_limited", { retryAfterSeconds: outcome.retryAfterSeconds });
    if (!outcome.value)
      throw fieldProblem("current_password", "invalid_value", "This is not your current password.");
    const after = await passwords.hash(change.newPassword);
    return await curfew.sessions.start({
      accountId,
      user: { id: userId, name: user.name, email: user.email, role: user.role },
      prepared,
      endsOthers: "password_changed",
      event: { type: "password.changed", details: {} },
      *alongside() {
        if (!(yield* replacePasswordHash(queries, { accountId, userId }, { before, after })))
          throw new CurfewError("sign_in_superseded", {});
      },
      ...change.client,
    });
  });
}
