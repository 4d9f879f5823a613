import { HttpProblem } from "@curfew/http";
import { clock, first, run, type Unit } from "@curfew/sql";
import type { ServiceQueries } from "../database/tables.js";
import { insertPasswordHash } from "./credentials.js";
import { claimEmail, type UserReference } from "./directory.js";

export interface NewAccount {
  readonly owner: UserReference;
  readonly name: string;
  readonly emailKey: string;
  readonly passwordHash: string;
  /** With registration closed there may be one account, the first. */
  readonly registration: "open" | "closed";
}

/**
 * Writes what the service keeps of a new account and its first owner. Throws `forbidden` where registration is closed and
 * there is an account, and `email_taken`; whatever it throws, the transaction that it stands in is undone.
 */
export function* openAccount(queries: ServiceQueries, account: NewAccount): Unit<void> {
  const { accountId } = account.owner;
  const firsts = yield* run(
    queries
      .insertInto("first_account")
      .values({ place: 1, account_id: accountId })
      .onConflict((conflict) => conflict.column("place").doNothing()),
  );
  if (firsts === 0 && account.registration === "closed") throw registrationClosed();
  if (!(yield* claimEmail(queries, account.emailKey, account.owner))) throw new HttpProblem("email_taken");
  const createdAt = yield* clock();
  yield* run(
    queries
      .insertInto("account_names")
      .values({ account_id: accountId, name: account.name, created_at: createdAt }),
  );
  yield* insertPasswordHash(queries, account.owner, account.passwordHash);
}

/** Whether there is any account yet. */
export function* hasAccount(queries: ServiceQueries): Unit<boolean> {
  return (yield* first(queries.selectFrom("first_account").select("place"))) !== null;
}

/** What a registration is told that comes too late. */
export const registrationClosed = (): HttpProblem =>
  new HttpProblem("forbidden", { detail: "Registration is closed. Ask an owner for an invitation." });
