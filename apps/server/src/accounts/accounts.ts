import { defineRoute, HttpProblem, wireTime } from "@curfew/http";
import { accountSchema } from "@curfew/http/wire";
import { first, type IdValue, type SqlDatabase, type Unit } from "@curfew/sql";
import { serviceQueries } from "../database/tables.js";

export interface Account {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

/** Reads accounts. */
export interface AccountDirectory {
  /** Null if the account does not exist. Throws `unavailable`. */
  read(accountId: string): Promise<Account | null>;
  /** The name of an existing account, for the body of a sign-in. Throws `unavailable`. */
  nameOf(accountId: string): Promise<string>;
  /** Reads an account as part of a larger read. Call `keep` with it, so that it need not be read again. */
  reading(accountId: IdValue): Unit<Account | null>;
  keep(account: Account): void;
  /** Whether any account exists. Throws `unavailable`. */
  hasAny(): Promise<boolean>;
}

/** Size of the cache of recently used accounts. Every refresh reads a name, and an account never changes. */
const MAX_CACHED_ACCOUNTS = 10_000;

/** Creates the directory of the accounts in `database`. */
export function createAccountDirectory(database: SqlDatabase): AccountDirectory {
  const queries = serviceQueries(database);
  const cache = new Map<string, Account>();
  let anyExists = false;

  const addToCache = (account: Account): Account => {
    cache.delete(account.id);
    cache.set(account.id, account);
    for (const oldest of cache.keys()) {
      if (cache.size <= MAX_CACHED_ACCOUNTS) break;
      cache.delete(oldest);
    }
    return account;
  };

  const reading = (accountId: IdValue): Unit<Account | null> =>
    first(
      queries
        .selectFrom("account_names")
        .select(["account_id as id", "name", "created_at as createdAt"])
        .where("account_id", "=", accountId),
    );

  async function read(accountId: string): Promise<Account | null> {
    const cached = cache.get(accountId);
    if (cached !== undefined) return addToCache(cached);
    const account = await database.read(() => reading(accountId), { single: true });
    return account === null ? null : addToCache(account);
  }

  return {
    read,
    reading,
    keep: (account) => void addToCache(account),
    nameOf: async (accountId) => (await read(accountId))?.name ?? "",
    async hasAny() {
      anyExists ||= await database.read(function* () {
        return (yield* first(queries.selectFrom("first_account").select("place"))) !== null;
      });
      return anyExists;
    },
  };
}

/** `GET /api/accounts/me` */
export const accountRoute = (accounts: Pick<AccountDirectory, "read">) =>
  defineRoute({
    method: "GET",
    path: "/api/accounts/me",
    operationId: "readAccount",
    summary: "The caller's account",
    tags: ["Account"],
    auth: "bearer",
    responses: { 200: { description: "The account", schema: accountSchema } },
    errors: ["not_found"],
    async handler({ identity }) {
      const account = await accounts.read(identity.accountId);
      if (account === null) throw new HttpProblem("not_found");
      const { id, name, createdAt } = account;
      return { status: 200, body: { id, name, created_at: wireTime(createdAt) } };
    },
  });
