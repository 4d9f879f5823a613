import type { Grant } from "@curfew/core";
import { HttpProblem, isHttpProblem } from "@curfew/http";
import { clock, run, type Unit } from "@curfew/sql";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import { requireUncommonPassword } from "../passwords/common-passwords.js";
import type { ServiceContext } from "../service-context.js";
import { networkOfClient, type SessionClient } from "../sign-in/begin-session.js";
import { countWrongLink } from "../sign-in/limits/count-wrong-link.js";
import { claimEmail, findUserByEmail, insertPasswordHash, type UserReference } from "./credentials.js";

export interface Registration {
  readonly accountName: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly setupToken?: string | undefined;
  readonly client: SessionClient;
}

/**
 * Creates an account and its first owner, and signs in, in one transaction. Throws `forbidden` if registration is closed and
 * an account exists or the setup token is wrong, `validation_failed`, `rate_limited`, `email_taken`, `unavailable`.
 */
export async function register(context: ServiceContext, registration: Registration): Promise<Grant> {
  const { database, registrations, settings } = context;
  const network = networkOfClient(registration.client);
  if (settings.registration === "closed") await requireSetup(context, registration.setupToken, network);
  await requireUncommonPassword(context.passwords, "password", registration.password);
  const retryAfterSeconds = await registrations.take(network);
  if (retryAfterSeconds !== null) throw new HttpProblem("rate_limited", { retryAfterSeconds });
  try {
    // The answer says that the e-mail is taken, so nothing is lost if it comes sooner. It costs no hash.
    if ((await database.read(() => findUserByEmail(serviceQueries(database), registration.email))) !== null)
      throw new HttpProblem("email_taken");
    return await createAccount(context, registration, network);
  } catch (error) {
    if (!(isHttpProblem(error) && error.code === "email_taken")) await registrations.giveBack(network);
    throw error;
  }
}

async function createAccount(
  { curfew, database, passwords, settings }: ServiceContext,
  { accountName, name, email, password, client }: Registration,
  network: string,
): Promise<Grant> {
  const now = curfew.now();
  const owner = { accountId: database.newId(now), userId: database.newId(now) };
  const passwordHash = await passwords.hash(password, network);
  const account = { owner, name: accountName, email, passwordHash, registration: settings.registration };
  return await curfew.sessions.start({
    accountId: owner.accountId,
    user: { id: owner.userId, name, email, role: "owner" },
    event: { type: "account.created", details: { name: accountName } },
    alongside: () => insertAccount(serviceQueries(database), account),
    ...client,
  });
}

/** Throws `forbidden` unless there is no account yet and the setup token is right. The transaction checks the former again. */
async function requireSetup(
  context: ServiceContext,
  presented: string | undefined,
  network: string,
): Promise<void> {
  if (await context.accounts.hasAny()) throw registrationClosed();
  if (presented !== undefined && (await context.setupToken.matches(presented))) return;
  if (presented !== undefined) await countWrongLink(context, network);
  throw new HttpProblem("forbidden", {
    detail: "The first account needs the setup token of the service's log.",
  });
}

interface NewAccount {
  readonly owner: UserReference;
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  /** If closed, only the first account may be created. */
  readonly registration: "open" | "closed";
}

/** Inserts an account and its owner's credentials. An error rolls back the whole transaction. */
function* insertAccount(queries: ServiceQueries, account: NewAccount): Unit<void> {
  const { accountId } = account.owner;
  const inserted = yield* run(
    queries
      .insertInto("first_account")
      .values({ place: 1, account_id: accountId })
      .onConflict((conflict) => conflict.column("place").doNothing()),
  );
  if (inserted === 0 && account.registration === "closed") throw registrationClosed();
  if (!(yield* claimEmail(queries, account.email, account.owner))) throw new HttpProblem("email_taken");
  const createdAt = yield* clock();
  yield* run(
    queries
      .insertInto("account_names")
      .values({ account_id: accountId, name: account.name, created_at: createdAt }),
  );
  yield* insertPasswordHash(queries, account.owner, account.passwordHash);
}

const registrationClosed = (): HttpProblem =>
  new HttpProblem("forbidden", { detail: "Registration is closed. Ask an owner for an invitation." });
