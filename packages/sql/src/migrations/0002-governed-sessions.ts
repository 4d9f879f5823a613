type Kind = "number" | "id" | "text";

const TYPES = {
  sqlite: { number: "INTEGER", id: "TEXT", text: "TEXT" },
  postgres: { number: "BIGINT", id: 'TEXT COLLATE "C"', text: "TEXT" },
} as const;

/** What a host says of a session, and until when the row of one that it issued is kept. */
const sessionColumns = (type: Record<Kind, string>): readonly string[] => [
  "ALTER TABLE curfew_sessions ADD COLUMN governed INTEGER NOT NULL DEFAULT 0 CHECK (governed IN (0, 1))",
  // Null in a row of the previous version: the sign-in was the start.
  `ALTER TABLE curfew_sessions ADD COLUMN authenticated_at ${type.number}`,
  `ALTER TABLE curfew_sessions ADD COLUMN absolute_from ${type.number}`,
  `ALTER TABLE curfew_sessions ADD COLUMN keep_until ${type.number}`,
  // Ended governed sessions that must stay would be at the head of the index on all ended ones.
  "CREATE INDEX curfew_sessions_removable ON curfew_sessions (ended_at) WHERE ended_at IS NOT NULL AND keep_until IS NULL",
  "CREATE INDEX curfew_sessions_kept ON curfew_sessions (keep_until) WHERE ended_at IS NOT NULL AND keep_until IS NOT NULL",
];

/**
 * The last time that all sessions of an account, or of a user, ended. A session that its host issued before and that is first
 * seen later is over. `user_id` is empty for the account.
 */
const signOuts = (type: Record<Kind, string>, suffix: string): string => `
  CREATE TABLE curfew_sign_outs (
    account_id ${type.id} NOT NULL,
    user_id ${type.id} NOT NULL,
    at ${type.number} NOT NULL,
    reason TEXT NOT NULL,
    spared_session_id ${type.id},
    PRIMARY KEY (account_id, user_id)
  )${suffix}`;

/** What remains of a deleted account or user: digests of the ids, and why. `user_hash` is empty for the account. */
const tombstones = (type: Record<Kind, string>, suffix: string): readonly string[] => [
  `CREATE TABLE curfew_tombstones (
    account_hash TEXT NOT NULL,
    user_hash TEXT NOT NULL,
    at ${type.number} NOT NULL,
    reason TEXT NOT NULL,
    epoch ${type.number} NOT NULL,
    policy_version ${type.number} NOT NULL,
    keep_until ${type.number} NOT NULL,
    PRIMARY KEY (account_hash, user_hash)
  )${suffix}`,
  "CREATE INDEX curfew_tombstones_age ON curfew_tombstones (keep_until)",
];

/**
 * When a deletion began: its rows go in batches. A deleted user has a row here until all other rows have the user's new id and
 * none of the user's data.
 */
const deletions = (type: Record<Kind, string>, suffix: string): readonly string[] => [
  `ALTER TABLE curfew_accounts ADD COLUMN deleted_at ${type.number}`,
  `ALTER TABLE curfew_users ADD COLUMN deleted_at ${type.number}`,
  "CREATE INDEX curfew_accounts_deleted ON curfew_accounts (id) WHERE deleted_at IS NOT NULL",
  `CREATE TABLE curfew_deletions (
    account_id ${type.id} NOT NULL,
    user_id ${type.id} NOT NULL,
    new_id ${type.id} NOT NULL,
    name TEXT NOT NULL,
    emails TEXT NOT NULL,
    sessions_to ${type.id},
    events_to ${type.id} NOT NULL,
    PRIMARY KEY (account_id, user_id)
  )${suffix}`,
];

const rememberSignOut = `
  INSERT INTO curfew_sign_outs (account_id, user_id, at, reason, spared_session_id)
  VALUES (NEW.account_id, coalesce(NEW.user_id, ''), NEW.at, NEW.reason, NEW.session_id)
  ON CONFLICT (account_id, user_id) DO UPDATE SET
    at = excluded.at, reason = excluded.reason, spared_session_id = excluded.spared_session_id;`;

/** A trigger, so that a sign-out by the previous version counts too. */
const triggers = {
  sqlite: [
    `CREATE TRIGGER curfew_sign_out_is_remembered AFTER INSERT ON curfew_feed
      WHEN NEW.scope IN ('account', 'user') BEGIN ${rememberSignOut} END`,
  ],
  postgres: [
    `CREATE FUNCTION curfew_remember_sign_out() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN ${rememberSignOut} RETURN NULL; END $$`,
    `CREATE TRIGGER curfew_sign_out_is_remembered AFTER INSERT ON curfew_feed FOR EACH ROW
      WHEN (NEW.scope IN ('account', 'user')) EXECUTE FUNCTION curfew_remember_sign_out()`,
  ],
};

/** The sizes of the indexes for SQLite's planner; see the statistics of the first migration. */
const plannerStatistics = [
  ["curfew_sessions", "curfew_sessions_removable", "8000000 1"],
  ["curfew_sessions", "curfew_sessions_kept", "1000000 1"],
  ["curfew_sign_outs", "curfew_sign_outs", "100000 100 1"],
  ["curfew_tombstones", "curfew_tombstones", "1000 10 1"],
  ["curfew_tombstones", "curfew_tombstones_age", "1000 1"],
  ["curfew_accounts", "curfew_accounts_deleted", "10 1"],
  ["curfew_deletions", "curfew_deletions", "10 10 1"],
].map(
  ([table, index, rows]) =>
    `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('${table}', '${index}', '${rows}')`,
);

/** Statements for sessions that a host issued, for what was signed out before they were seen, and for deletion. */
export const governedSessions = {
  sqlite: [
    ...sessionColumns(TYPES.sqlite),
    signOuts(TYPES.sqlite, " STRICT, WITHOUT ROWID"),
    ...tombstones(TYPES.sqlite, " STRICT, WITHOUT ROWID"),
    ...deletions(TYPES.sqlite, " STRICT, WITHOUT ROWID"),
    ...plannerStatistics,
    ...triggers.sqlite,
  ],
  postgres: [
    ...sessionColumns(TYPES.postgres),
    signOuts(TYPES.postgres, ""),
    ...tombstones(TYPES.postgres, ""),
    ...deletions(TYPES.postgres, ""),
    ...triggers.postgres,
  ],
};
