import { first, type SqlDatabase } from "@curfew/sql";
import { serviceQueries } from "../database/tables.js";
import { hasAccount } from "./open-account.js";

export interface Account {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

/** What is known of accounts. */
export interface AccountDirectory {
  /** Null where there is no such account. Throws `unavailable`. */
  read(accountId: string): Promise<Account | null>;
  /** The name of an account that there is, for the body of a sign-in. Throws `unavailable`. */
  nameOf(accountId: string): Promise<string>;
  /** Whether there is any account yet. Throws `unavailable`. */
  hasAny(): Promise<boolean>;
}

/** An account never changes, and each refresh asks for a name: those asked for last are remembered. */
const REMEMBERED = 10_000;

/** Makes the directory of the accounts in `database`. */
export function createAccountDirectory(database: SqlDatabase): AccountDirectory {
  const queries = serviceQueries(database);
  const remembered = new Map<string, Account>();
  let anyExists = false;

  const remember = (account: Account): Account => {
    remembered.delete(account.id);
    remembered.set(account.id, account);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= REMEMBERED) break;
      remembered.delete(oldest);
    }
    return account;
  };

  async function read(accountId: string): Promise<Account | null> {
    const known = remembered.get(accountId);
    if (known !== undefined) return remember(known);
    const account = await database.read(() =>
      first(
        queries
          .selectFrom("account_names")
          .select(["account_id as id", "name", "created_at as createdAt"])
          .where("account_id", "=", accountId),
      ),
    );
    return account === null ? null : remember(account);
  }

  return {
    read,
    nameOf: async (accountId) => (await read(accountId))?.name ?? "",
    async hasAny() {
      anyExists ||= await database.read(() => hasAccount(queries));
      return anyExists;
    },
  };
}
