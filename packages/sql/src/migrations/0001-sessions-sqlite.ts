const tables = [
  `CREATE TABLE curfew_accounts (
    id TEXT NOT NULL PRIMARY KEY,
    epoch INTEGER NOT NULL DEFAULT 0,
    policy_version INTEGER NOT NULL DEFAULT 1,
    applied_policy_version INTEGER NOT NULL DEFAULT 0,
    idle_minutes INTEGER,
    absolute_minutes INTEGER,
    open_sessions INTEGER NOT NULL DEFAULT 0 CHECK (open_sessions >= 0),
    open_users INTEGER NOT NULL DEFAULT 0 CHECK (open_users >= 0)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE curfew_users (
    account_id TEXT NOT NULL REFERENCES curfew_accounts (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    epoch INTEGER NOT NULL DEFAULT 0,
    role_epoch INTEGER NOT NULL DEFAULT 0,
    last_login_at INTEGER,
    open_sessions INTEGER NOT NULL DEFAULT 0 CHECK (open_sessions >= 0),
    open_epoch INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE curfew_sessions (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    account_epoch INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    last_active_at INTEGER NOT NULL,
    idle_minutes INTEGER NOT NULL,
    absolute_minutes INTEGER NOT NULL,
    idle_expires_at INTEGER NOT NULL,
    absolute_expires_at INTEGER NOT NULL,
    generation INTEGER NOT NULL DEFAULT 0,
    rotated_at INTEGER,
    key_thumbprint TEXT,
    device_label TEXT,
    user_agent TEXT,
    ip TEXT,
    ended_at INTEGER,
    end_reason TEXT,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, user_id) REFERENCES curfew_users (account_id, id),
    CHECK (idle_expires_at <= absolute_expires_at),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE curfew_account_epochs (
    account_id TEXT NOT NULL REFERENCES curfew_accounts (id),
    epoch INTEGER NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    spared_session_id TEXT,
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
    PRIMARY KEY (account_id, epoch)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE curfew_feed (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('account', 'user', 'session', 'role', 'policy')),
    user_id TEXT,
    session_id TEXT,
    epoch INTEGER,
    policy_version INTEGER,
    applied INTEGER,
    reason TEXT
  ) STRICT`,
  `CREATE TABLE curfew_events (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    actor_id TEXT,
    session_id TEXT,
    ip TEXT,
    details TEXT NOT NULL,
    fold_key TEXT,
    fold_minute INTEGER,
    PRIMARY KEY (account_id, id)
  ) STRICT, WITHOUT ROWID`,
];

/**
 * Fixed planner statistics in place of those that ANALYZE would collect: 1000 accounts with 100 users each,
 * 10 open sessions per user, and ten times as many ended ones. They give a statement the same plan in every
 * installation. Without statistics SQLite assumes that every first column matches ten rows, and searches all
 * rows of an account.
 *
 * `rows` is the number of rows in the index, then the number of rows with equal values in its first column,
 * in its first two columns, and so on. An index with the table's name is the primary key.
 */
const assumedStatistics: readonly (readonly [table: string, index: string, rows: string])[] = [
  ["curfew_accounts", "curfew_accounts", "1000 1"],
  ["curfew_users", "curfew_users", "100000 100 1"],
  ["curfew_users", "curfew_users_open", "100000 100 100 1 1"],
  ["curfew_users", "curfew_users_owners", "2000 2"],
  ["curfew_sessions", "curfew_sessions", "10000000 10000 1"],
  ["curfew_sessions", "curfew_sessions_page", "1000000 1000 1000 1 1"],
  ["curfew_sessions", "curfew_sessions_deadline", "1000000 1000 1000 1"],
  ["curfew_sessions", "curfew_sessions_user", "1000000 1000 10"],
  ["curfew_sessions", "curfew_sessions_overdue", "1000000 1"],
  ["curfew_sessions", "curfew_sessions_ended", "9000000 1"],
  ["curfew_account_epochs", "curfew_account_epochs", "1000 10 1"],
  ["curfew_account_epochs", "curfew_account_epochs_unclosed", "10 1 1"],
  ["curfew_account_epochs", "curfew_account_epochs_age", "1000 1"],
  ["curfew_feed", "curfew_feed_age", "10000 1"],
  ["curfew_events", "curfew_events", "1000000 1000 1"],
  ["curfew_events", "curfew_events_page", "1000000 1000 1 1"],
  ["curfew_events", "curfew_events_type_page", "1000000 1000 100 1 1"],
  ["curfew_events", "curfew_events_age", "1000000 1"],
  ["curfew_events", "curfew_events_fold", "10000 10 10 1 1"],
];

const plannerStatistics = [
  "ANALYZE curfew_accounts",
  "DELETE FROM sqlite_stat1 WHERE tbl LIKE 'curfew\\_%' ESCAPE '\\'",
  ...assumedStatistics.map(
    ([table, index, rows]) =>
      `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('${table}', '${index}', '${rows}')`,
  ),
  "ANALYZE sqlite_schema",
];

const currentEpoch = (row: "NEW" | "OLD"): string =>
  `(SELECT epoch FROM curfew_accounts WHERE id = ${row}.account_id)`;

const incrementCounts = `
  UPDATE curfew_accounts SET
    open_sessions = open_sessions + 1,
    open_users = open_users + NOT EXISTS (
      SELECT 1 FROM curfew_users WHERE account_id = NEW.account_id AND id = NEW.user_id
        AND open_epoch = NEW.account_epoch AND open_sessions > 0)
    WHERE id = NEW.account_id;
  UPDATE curfew_users SET
    open_sessions = CASE WHEN open_epoch = NEW.account_epoch THEN open_sessions ELSE 0 END + 1,
    open_epoch = NEW.account_epoch
    WHERE account_id = NEW.account_id AND id = NEW.user_id;`;

const decrementCounts = `
  UPDATE curfew_users SET open_sessions = open_sessions - 1
    WHERE account_id = OLD.account_id AND id = OLD.user_id;
  UPDATE curfew_accounts SET
    open_sessions = open_sessions - 1,
    open_users = open_users - EXISTS (
      SELECT 1 FROM curfew_users WHERE account_id = OLD.account_id AND id = OLD.user_id AND open_sessions = 0)
    WHERE id = OLD.account_id;`;

/**
 * Triggers maintain the counts, so that no statement can omit them; a refresh changes none of the watched
 * columns.
 */
const triggers = [
  `CREATE TRIGGER curfew_session_begins AFTER INSERT ON curfew_sessions
    WHEN NEW.ended_at IS NULL AND NEW.account_epoch = ${currentEpoch("NEW")}
    BEGIN ${incrementCounts} END`,
  `CREATE TRIGGER curfew_session_ends AFTER UPDATE OF ended_at ON curfew_sessions
    WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND OLD.account_epoch = ${currentEpoch("OLD")}
    BEGIN ${decrementCounts} END`,
  `CREATE TRIGGER curfew_session_is_spared AFTER UPDATE OF account_epoch ON curfew_sessions
    WHEN NEW.ended_at IS NULL AND OLD.account_epoch <> NEW.account_epoch
      AND NEW.account_epoch = ${currentEpoch("NEW")}
    BEGIN ${incrementCounts} END`,
  `CREATE TRIGGER curfew_session_goes AFTER DELETE ON curfew_sessions
    WHEN OLD.ended_at IS NULL AND OLD.account_epoch = ${currentEpoch("OLD")}
    BEGIN ${decrementCounts} END`,
  `CREATE TRIGGER curfew_everyone_is_signed_out AFTER UPDATE OF epoch ON curfew_accounts
    WHEN NEW.epoch <> OLD.epoch
    BEGIN UPDATE curfew_accounts SET open_sessions = 0, open_users = 0 WHERE id = NEW.id; END`,
  `CREATE TRIGGER curfew_an_end_is_final BEFORE UPDATE OF ended_at, end_reason ON curfew_sessions
    WHEN OLD.ended_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'an ended session stays ended'); END`,
];

/** A user's sessions, by columns that a refresh does not change, so a refresh does not write to this index. */
const userIndex =
  "CREATE INDEX curfew_sessions_user ON curfew_sessions (account_id, user_id) WHERE ended_at IS NULL";

export const sqliteStatements = (sharedIndexes: readonly string[]): readonly string[] => [
  ...tables,
  ...sharedIndexes,
  userIndex,
  ...plannerStatistics,
  ...triggers,
];
