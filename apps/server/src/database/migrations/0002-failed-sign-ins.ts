import type { Migration } from "@curfew/sql";

/** Each index is by which rows that are over are found. */
const indexes = [
  "CREATE INDEX sign_in_failures_over ON sign_in_failures (resets_at)",
  "CREATE INDEX sign_in_attempts_over ON sign_in_attempts (counts_until)",
];

const sqlite = [
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
  ...indexes,
];

const postgres = [
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
  ...indexes,
];

/** Failed sign-ins and those under way, for processes that share a database. */
export const failedSignInsMigration: Migration = {
  name: "0002-failed-sign-ins",
  statements: { sqlite, postgres },
};
