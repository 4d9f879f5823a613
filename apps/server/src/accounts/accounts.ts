import type { Curfew } from "@curfew/core";
import { all, first, type IdValue, type SqlDatabase, type Unit } from "@curfew/sql";
import { isOfKeptAccount } from "../database/kept-account.js";
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
  /**
   * The name of an existing account, for the body of a sign-in or a refresh: another process may have changed it within
   * {@link NAMES_CHECKED_MS}. Throws `unavailable`.
   */
  nameOf(accountId: string): Promise<string>;
  /** Reads an account as part of a larger read. Call `keep` with it, so that it need not be read again. */
  reading(accountId: IdValue): Unit<Account | null>;
  keep(account: Account): void;
  /** Call it once an account is deleted, here or by another process. */
  forget(accountId: string): void;
  /** Whether any account exists. Throws `unavailable`. */
  hasAny(): Promise<boolean>;
}

/** Size of the cache of recently used accounts. Every refresh reads a name. */
const MAX_CACHED_ACCOUNTS = 10_000;
/** How often the names in the cache are compared with those that other processes gave. */
export const NAMES_CHECKED_MS = 2_000;
/** More than the longest transaction: a rename that commits late is still read. */
const OVERLAP_MS = 60_000;
/** So many renames at once empty the cache. */
const MAX_RENAMES_READ = 1_000;

/**
 * Creates the directory of the accounts in `database`.
 *
 * @param now the process's clock, which only tells how long ago the names were checked, in milliseconds
 */
export function createAccountDirectory(database: SqlDatabase, now: () => number): AccountDirectory {
  const queries = serviceQueries(database);
  const cache = new Map<string, Account>();
  let anyExists = false;
  let checkedAt = now();
  /** The newest rename that was read, in milliseconds since the Unix epoch; null before the first check. */
  let newestRename: number | null = null;
  let checking: Promise<void> | null = null;

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
        .where("account_id", "=", accountId)
        .where(isOfKeptAccount("account_names.account_id")),
    );

  async function read(accountId: string): Promise<Account | null> {
    const account = await database.read(() => reading(accountId), { single: true });
    return account === null ? null : addToCache(account);
  }

  /** Reads the newest names that accounts were given, in one statement. */
  async function checkNames(): Promise<void> {
    const startedAt = now();
    const renamed = await database.read(
      () =>
        all(
          queries
            .selectFrom("account_names")
            .select(["account_id as id", "name", "created_at as createdAt", "renamed_at as renamedAt"])
            .where("renamed_at", ">", (newestRename ?? 0) - OVERLAP_MS)
            .orderBy("renamed_at", "desc")
            .limit(newestRename === null ? 1 : MAX_RENAMES_READ),
        ),
      { single: true },
    );
    if (newestRename === null || renamed.length === MAX_RENAMES_READ) cache.clear();
    newestRename = renamed[0]?.renamedAt ?? newestRename ?? 0;
    for (const { id, name, createdAt } of renamed) if (cache.has(id)) cache.set(id, { id, name, createdAt });
    checkedAt = startedAt;
  }

  async function checkNamesIfDue(): Promise<void> {
    if (now() - checkedAt < NAMES_CHECKED_MS) return;
    checking ??= checkNames().finally(() => {
      checking = null;
    });
    // A refresh that is committed is answered with the name of before rather than with an error.
    await checking.catch(() => undefined);
  }

  return {
    read,
    reading,
    keep: (account) => void addToCache(account),
    forget(accountId) {
      cache.delete(accountId);
      anyExists = false;
    },
    async nameOf(accountId) {
      await checkNamesIfDue();
      const cached = cache.get(accountId);
      return (cached === undefined ? await read(accountId) : addToCache(cached))?.name ?? "";
    },
    async hasAny() {
      anyExists ||= await database.read(function* () {
        const accounts = queries.selectFrom("account_names").select("account_id");
        return (yield* first(accounts.where(isOfKeptAccount("account_names.account_id")).limit(1))) !== null;
      });
      return anyExists;
    },
  };
}

/** Forgets accounts that this or another process deletes. */
export function followDeletions(
  curfew: Pick<Curfew<never>, "onEnding">,
  accounts: Pick<AccountDirectory, "forget">,
): void {
  curfew.onEnding(({ accountId, reason }) => {
    if (reason === "account_deleted") accounts.forget(accountId);
  });
}
