/**
 * Ids compare byte by byte, as in SQLite and JavaScript: a locale's collation would order pages differently.
 * The primary keys start with the account, so that each table can be partitioned by account.
 */
const ID = 'TEXT COLLATE "C"';

const tables = [
  `CREATE TABLE curfew_accounts (
    id ${ID} NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL DEFAULT 0,
    policy_version BIGINT NOT NULL DEFAULT 1,
    applied_policy_version BIGINT NOT NULL DEFAULT 0,
    idle_minutes BIGINT,
    absolute_minutes BIGINT,
    open_sessions BIGINT NOT NULL DEFAULT 0 CHECK (open_sessions >= 0),
    open_users BIGINT NOT NULL DEFAULT 0 CHECK (open_users >= 0)
  )`,
  `CREATE TABLE curfew_users (
    account_id ${ID} NOT NULL REFERENCES curfew_accounts (id),
    id ${ID} NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    epoch BIGINT NOT NULL DEFAULT 0,
    role_epoch BIGINT NOT NULL DEFAULT 0,
    last_login_at BIGINT,
    open_sessions BIGINT NOT NULL DEFAULT 0 CHECK (open_sessions >= 0),
    open_epoch BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, id)
  )`,
  `CREATE TABLE curfew_sessions (
    account_id ${ID} NOT NULL,
    id ${ID} NOT NULL,
    user_id ${ID} NOT NULL,
    account_epoch BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    last_active_at BIGINT NOT NULL,
    idle_minutes BIGINT NOT NULL,
    absolute_minutes BIGINT NOT NULL,
    idle_expires_at BIGINT NOT NULL,
    absolute_expires_at BIGINT NOT NULL,
    generation BIGINT NOT NULL DEFAULT 0,
    rotated_at BIGINT,
    key_thumbprint TEXT,
    device_label TEXT,
    user_agent TEXT,
    ip TEXT,
    ended_at BIGINT,
    end_reason TEXT,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, user_id) REFERENCES curfew_users (account_id, id),
    CHECK (idle_expires_at <= absolute_expires_at),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
  )`,
  `CREATE TABLE curfew_account_epochs (
    account_id ${ID} NOT NULL REFERENCES curfew_accounts (id),
    epoch BIGINT NOT NULL,
    at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    spared_session_id TEXT,
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
    PRIMARY KEY (account_id, epoch)
  )`,
  "CREATE SEQUENCE curfew_feed_sequence",
  `CREATE TABLE curfew_feed (
    sequence BIGINT NOT NULL DEFAULT nextval('curfew_feed_sequence'),
    account_id ${ID} NOT NULL,
    written_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at BIGINT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('account', 'user', 'session', 'role', 'policy')),
    user_id TEXT,
    session_id TEXT,
    epoch BIGINT,
    policy_version BIGINT,
    applied INTEGER,
    reason TEXT,
    PRIMARY KEY (account_id, sequence)
  )`,
  `CREATE TABLE curfew_events (
    account_id ${ID} NOT NULL,
    id ${ID} NOT NULL,
    at BIGINT NOT NULL,
    type TEXT NOT NULL,
    actor_id ${ID},
    session_id TEXT,
    ip TEXT,
    details TEXT NOT NULL,
    fold_key TEXT,
    fold_minute BIGINT,
    PRIMARY KEY (account_id, id)
  )`,
  // Changes of counts, written and consumed within one statement: the table is empty between statements, so
  // it need not be logged.
  `CREATE UNLOGGED TABLE curfew_count_changes (
    account_id ${ID} NOT NULL,
    user_id ${ID} NOT NULL,
    account_epoch BIGINT NOT NULL,
    change INTEGER NOT NULL
  )`,
];

/** Finds the rows of transactions that were not visible in a snapshot. */
const feedIndex = "CREATE INDEX curfew_feed_written ON curfew_feed (written_by)";

/**
 * A user's sessions, last used first, so that the latest activity of a user is a single look-up. In
 * PostgreSQL a refresh writes to every index anyway, because it changes columns of other indexes.
 */
const userIndex =
  "CREATE INDEX curfew_sessions_user ON curfew_sessions (account_id, user_id, last_active_at DESC) WHERE ended_at IS NULL";

const recordChange = (row: "NEW" | "OLD", change: 1 | -1): string => `
  INSERT INTO curfew_count_changes (account_id, user_id, account_epoch, change)
  VALUES (${row}.account_id, ${row}.user_id, ${row}.account_epoch, ${change});`;

const triggerFunction = (name: string, body: string): string =>
  `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$`;

/** Sessions of an older account epoch are not counted: raising the epoch set the counts to 0. */
const applyChanges = `
  WITH changes AS (
    DELETE FROM curfew_count_changes RETURNING account_id, user_id, account_epoch, change),
  by_user AS (
    SELECT c.account_id, c.user_id, c.account_epoch, sum(c.change) AS change
    FROM changes c JOIN curfew_accounts a ON a.id = c.account_id AND a.epoch = c.account_epoch
    GROUP BY c.account_id, c.user_id, c.account_epoch),
  users AS (
    UPDATE curfew_users u SET
      open_sessions = CASE WHEN u.open_epoch = b.account_epoch THEN u.open_sessions ELSE 0 END + b.change,
      open_epoch = b.account_epoch
    FROM by_user b WHERE u.account_id = b.account_id AND u.id = b.user_id
    RETURNING u.account_id, u.open_sessions, b.change),
  by_account AS (
    SELECT account_id, sum(change) AS sessions,
      sum(CASE WHEN open_sessions > 0 THEN 1 ELSE 0 END
        - CASE WHEN open_sessions - change > 0 THEN 1 ELSE 0 END) AS users
    FROM users GROUP BY account_id)
  UPDATE curfew_accounts a SET open_sessions = a.open_sessions + b.sessions, open_users = a.open_users + b.users
    FROM by_account b WHERE a.id = b.account_id;
  RETURN NULL;`;

/**
 * Triggers maintain the counts, so that no statement can omit them; a refresh changes none of the watched
 * columns. Row triggers record the changes and a statement trigger applies their sum: updating the account's
 * row for each of 100,000 sessions that end at once would create as many row versions.
 */
const triggers = [
  triggerFunction("curfew_note_begin", `${recordChange("NEW", 1)} RETURN NULL;`),
  triggerFunction("curfew_note_end", `${recordChange("OLD", -1)} RETURN NULL;`),
  triggerFunction("curfew_count_changes", applyChanges),
  triggerFunction("curfew_sign_everyone_out", "NEW.open_sessions := 0; NEW.open_users := 0; RETURN NEW;"),
  triggerFunction("curfew_refuse_second_end", "RAISE EXCEPTION 'an ended session stays ended';"),
  `CREATE TRIGGER curfew_session_begins AFTER INSERT ON curfew_sessions FOR EACH ROW
    WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION curfew_note_begin()`,
  `CREATE TRIGGER curfew_session_ends AFTER UPDATE OF ended_at ON curfew_sessions FOR EACH ROW
    WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION curfew_note_end()`,
  `CREATE TRIGGER curfew_session_is_spared AFTER UPDATE OF account_epoch ON curfew_sessions FOR EACH ROW
    WHEN (NEW.ended_at IS NULL AND OLD.account_epoch <> NEW.account_epoch) EXECUTE FUNCTION curfew_note_begin()`,
  `CREATE TRIGGER curfew_session_goes AFTER DELETE ON curfew_sessions FOR EACH ROW
    WHEN (OLD.ended_at IS NULL) EXECUTE FUNCTION curfew_note_end()`,
  `CREATE TRIGGER curfew_sessions_counted AFTER INSERT OR DELETE OR UPDATE OF ended_at, account_epoch
    ON curfew_sessions FOR EACH STATEMENT EXECUTE FUNCTION curfew_count_changes()`,
  `CREATE TRIGGER curfew_everyone_is_signed_out BEFORE UPDATE OF epoch ON curfew_accounts FOR EACH ROW
    WHEN (NEW.epoch <> OLD.epoch) EXECUTE FUNCTION curfew_sign_everyone_out()`,
  `CREATE TRIGGER curfew_an_end_is_final BEFORE UPDATE OF ended_at, end_reason ON curfew_sessions FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION curfew_refuse_second_end()`,
];

export const postgresStatements = (sharedIndexes: readonly string[]): readonly string[] => [
  ...tables,
  ...sharedIndexes,
  userIndex,
  feedIndex,
  ...triggers,
];
