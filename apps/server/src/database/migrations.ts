import { type Migration, migrate, type SqlDatabase } from "@curfew/sql";
import type { SharedAddress } from "./fill-addresses.js";
import { fillKeys } from "./fill-keys.js";
import { placesAndMembersMigration } from "./places-and-members-migration.js";

const accountsSqlite = [
  `CREATE TABLE first_account (
    place INTEGER NOT NULL PRIMARY KEY CHECK (place = 1),
    account_id TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE account_names (
    account_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE credentials (
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    PRIMARY KEY (account_id, user_id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE email_directory (
    email_key TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE invitations (
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    email_key TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
    token_hash TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    invited_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, user_id)
  ) STRICT, WITHOUT ROWID`,
  "CREATE UNIQUE INDEX invitations_email ON invitations (account_id, email_key)",
];

const accountsPostgres = [
  `CREATE TABLE first_account (
    place INTEGER NOT NULL PRIMARY KEY CHECK (place = 1),
    account_id TEXT NOT NULL
  )`,
  `CREATE TABLE account_names (
    account_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE credentials (
    account_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    password_hash TEXT NOT NULL,
    PRIMARY KEY (account_id, user_id)
  )`,
  `CREATE TABLE email_directory (
    email_key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL
  )`,
  `CREATE TABLE invitations (
    account_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL,
    email TEXT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
    token_hash TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    invited_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, user_id)
  )`,
  "CREATE UNIQUE INDEX invitations_email ON invitations (account_id, email_key)",
];

/** For the deletion of expired rows. */
const signInIndexes = [
  "CREATE INDEX sign_in_failures_over ON sign_in_failures (resets_at)",
  "CREATE INDEX sign_in_attempts_over ON sign_in_attempts (counts_until)",
];

const signInsSqlite = [
  `CREATE TABLE sign_in_failures (
    key_hash TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    resets_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE sign_in_attempts (
    network_hash TEXT NOT NULL,
    id TEXT NOT NULL,
    email_hash TEXT NOT NULL,
    counts_until INTEGER NOT NULL,
    PRIMARY KEY (network_hash, id)
  ) STRICT, WITHOUT ROWID`,
  ...signInIndexes,
];

const signInsPostgres = [
  `CREATE TABLE sign_in_failures (
    key_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    resets_at BIGINT NOT NULL
  )`,
  `CREATE TABLE sign_in_attempts (
    network_hash TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    email_hash TEXT NOT NULL,
    counts_until BIGINT NOT NULL,
    PRIMARY KEY (network_hash, id)
  )`,
  ...signInIndexes,
];

/** The migrations of the service's own tables, in order. A released migration never changes. */
export const SERVICE_MIGRATIONS: readonly Migration[] = [
  { name: "0001-people", statements: { sqlite: accountsSqlite, postgres: accountsPostgres } },
  { name: "0002-failed-sign-ins", statements: { sqlite: signInsSqlite, postgres: signInsPostgres } },
  placesAndMembersMigration,
];

/** The table that records which of these migrations have run. */
export const SERVICE_LEDGER = "server_migrations";

/**
 * Migrates the service's own tables. Throws `DatabaseOpenError` `newer` and `cannot_open`, and `unavailable`.
 *
 * @returns the users of earlier versions who share an address with another one
 */
export async function migrateService(database: SqlDatabase): Promise<readonly SharedAddress[]> {
  await migrate(database, { ledger: SERVICE_LEDGER, migrations: SERVICE_MIGRATIONS });
  return await fillKeys(database);
}
