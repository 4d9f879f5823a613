import type { Migration } from "../migrate.js";
import { eventPeople } from "./0002-event-people.js";
import { governedSessions } from "./0002-governed-sessions.js";
import { nameKeys } from "./0002-name-keys.js";

/** A limit that a policy applied now puts on the sessions of its account, until their rows hold it. */
const accountLimit = (number: "INTEGER" | "BIGINT", id: string): readonly string[] => [
  // A session of the previous version counts as older than every policy.
  `ALTER TABLE curfew_sessions ADD COLUMN started_policy_version ${number} NOT NULL DEFAULT 0`,
  `ALTER TABLE curfew_accounts ADD COLUMN limit_version ${number}`,
  `ALTER TABLE curfew_accounts ADD COLUMN limit_epoch ${number}`,
  `ALTER TABLE curfew_accounts ADD COLUMN limit_at ${number}`,
  `ALTER TABLE curfew_accounts ADD COLUMN limit_idle_minutes ${number}`,
  `ALTER TABLE curfew_accounts ADD COLUMN limit_absolute_minutes ${number}`,
  `ALTER TABLE curfew_accounts ADD COLUMN limit_settled_to ${id}`,
  "CREATE INDEX curfew_accounts_limited ON curfew_accounts (id) WHERE limit_version IS NOT NULL",
];

/**
 * Whether the account's limit ends a session, once no other transaction holds the session's row. Each statement
 * of a volatile function sees what was committed before it, also after the statement that calls it has begun.
 */
const limitFunction = `
  CREATE FUNCTION curfew_exceeds_limit(
    of_account TEXT, of_session TEXT, started_under BIGINT, active_at BIGINT, now BIGINT
  ) RETURNS BOOLEAN LANGUAGE plpgsql VOLATILE AS $$ BEGIN
    PERFORM 1 FROM curfew_sessions WHERE account_id = of_account AND id = of_session FOR NO KEY UPDATE;
    RETURN EXISTS (
      SELECT 1 FROM curfew_accounts l WHERE l.id = of_account AND l.limit_version > started_under
        AND active_at + l.limit_idle_minutes * 60000 <= now);
  END $$`;

/** Which networks rotated a session's token, how often in a row another one shared it, and its last client. */
const networks = (number: "INTEGER" | "BIGINT"): readonly string[] => [
  "ALTER TABLE curfew_sessions ADD COLUMN rotation_networks TEXT",
  `ALTER TABLE curfew_sessions ADD COLUMN shared_generation ${number}`,
  `ALTER TABLE curfew_sessions ADD COLUMN shared_rotations ${number} NOT NULL DEFAULT 0`,
  "ALTER TABLE curfew_sessions ADD COLUMN seen_label TEXT",
  "ALTER TABLE curfew_sessions ADD COLUMN seen_user_agent TEXT",
  "ALTER TABLE curfew_sessions ADD COLUMN seen_ip TEXT",
  `ALTER TABLE curfew_sessions ADD COLUMN device_changed_at ${number}`,
];

/**
 * A user's rows go in the order of the references anyway. The check of this one had no index but the account's, and looked through
 * all of the account's sessions, also those deleted since the last VACUUM, for each user that was deleted.
 */
const dropUserReference =
  "ALTER TABLE curfew_sessions DROP CONSTRAINT IF EXISTS curfew_sessions_account_id_user_id_fkey";

/** The last refresh of a session, as `Dialect.mark` has it. */
const lastUse = (mark: "INTEGER" | "xid8"): string =>
  `ALTER TABLE curfew_sessions ADD COLUMN use_mark ${mark}`;

/** The sizes of the indexes for SQLite's planner; see the statistics of the first migration. */
const plannerStatistics = [
  "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('curfew_accounts', 'curfew_accounts_limited', '10 1')",
  "ANALYZE sqlite_schema",
];

/**
 * The names that users are listed by, the limit of an account, the networks, the last client and the last use of a session, the
 * audit trail by person, and sessions that hosts issued.
 */
export const limitsAndGovernedSessionsMigration: Migration = {
  name: "0002-limits-and-governed-sessions",
  statements: {
    sqlite: [
      ...nameKeys.sqlite,
      ...accountLimit("INTEGER", "TEXT"),
      ...networks("INTEGER"),
      lastUse("INTEGER"),
      ...eventPeople.sqlite,
      ...governedSessions.sqlite,
      ...plannerStatistics,
    ],
    postgres: [
      ...nameKeys.postgres,
      ...accountLimit("BIGINT", 'TEXT COLLATE "C"'),
      limitFunction,
      dropUserReference,
      ...networks("BIGINT"),
      lastUse("xid8"),
      ...eventPeople.postgres,
      ...governedSessions.postgres,
    ],
  },
};
