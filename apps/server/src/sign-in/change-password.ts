import { CurfewError, type Grant, type Identity } from "@curfew/core";
import { fieldProblem, HttpProblem } from "@curfew/http";
import { readPasswordHash, replacePasswordHash } from "../accounts/credentials.js";
import { emailKeyOf } from "../accounts/email-key.js";
import { serviceQueries } from "../database/tables.js";
import { networkOf } from "../network/address.js";
import { checkNewPassword } from "../passwords/new-password.js";
import type { People } from "../people.js";
import type { Client } from "./client.js";
import { startingOver } from "./superseded.js";

export interface PasswordChangeInput {
  readonly identity: Identity;
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The client's address; null where it is not known. */
  readonly ip: string | null;
  readonly client: Client;
}

/**
 * Gives the caller another password and a new session, and ends every session that was open.
 * Throws `validation_failed` where the current password is wrong or the new one too common, `rate_limited`, `unavailable`.
 */
export async function changePassword(people: People, input: PasswordChangeInput): Promise<Grant> {
  const { curfew, database, limits, passwords } = people;
  const { accountId, userId } = input.identity;
  const queries = serviceQueries(database);
  await checkNewPassword(passwords, "new_password", input.newPassword);
  return await startingOver(async () => {
    const prepared = await curfew.sessions.prepare(accountId, userId);
    const before = await database.read(() => readPasswordHash(queries, { accountId, userId }));
    const { user } = prepared;
    if (user === null || before === null) throw new CurfewError("unauthenticated", {});
    const attempt = { emailKey: emailKeyOf(user.email), network: networkOf(input.ip ?? "") };
    const outcome = await limits.attempt(attempt, async () => {
      const passed = await passwords.check(before, input.currentPassword);
      return { passed, value: passed };
    });
    if (outcome.kind === "limited")
      throw new HttpProblem("rate_limited", { retryAfterSeconds: outcome.retryAfterSeconds });
    if (!outcome.value)
      throw fieldProblem("current_password", "invalid_value", "This is not your current password.");
    const after = await passwords.hash(input.newPassword);
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
      ...input.client,
    });
  });
}
