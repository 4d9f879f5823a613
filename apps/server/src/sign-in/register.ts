import type { Grant } from "@curfew/core";
import { emailKeyOf } from "../accounts/email-key.js";
import { openAccount, registrationClosed } from "../accounts/open-account.js";
import { serviceQueries } from "../database/tables.js";
import { checkNewPassword } from "../passwords/new-password.js";
import type { People } from "../people.js";
import type { Client } from "./client.js";

export interface RegistrationInput {
  readonly accountName: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly client: Client;
}

/**
 * Makes an account and its first owner, and signs in: all of it in one transaction, or none.
 * Throws `forbidden` where registration is closed and there is an account, `validation_failed`, `email_taken`, `unavailable`.
 */
export async function register(people: People, input: RegistrationInput): Promise<Grant> {
  const { curfew, database, settings } = people;
  // The transaction asks again; this spares the hashing for whom it would refuse.
  if (settings.registration === "closed" && (await people.accounts.hasAny())) throw registrationClosed();
  await checkNewPassword(people.passwords, "password", input.password);
  const now = curfew.now();
  const owner = { accountId: database.newId(now), userId: database.newId(now) };
  const account = {
    owner,
    name: input.accountName,
    emailKey: emailKeyOf(input.email),
    passwordHash: await people.passwords.hash(input.password),
    registration: settings.registration,
  };
  return await curfew.sessions.start({
    accountId: owner.accountId,
    user: { id: owner.userId, name: input.name, email: input.email, role: "owner" },
    event: { type: "account.created", details: { name: input.accountName } },
    alongside: () => openAccount(serviceQueries(database), account),
    ...input.client,
  });
}
