import type { Migration } from "@curfew/sql";

const sqlite = [
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

const postgres = [
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

/** Account names, passwords, who has which e-mail, and open invitations. */
export const peopleMigration: Migration = { name: "0001-people", statements: { sqlite, postgres } };
