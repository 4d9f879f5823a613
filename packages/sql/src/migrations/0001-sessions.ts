import type { Migration } from "../migrate.js";
import { postgresStatements } from "./0001-sessions-postgres.js";
import { sqliteStatements } from "./0001-sessions-sqlite.js";

const SHARED_INDEXES = [
  "CREATE INDEX curfew_users_open ON curfew_users (account_id, open_epoch, last_login_at DESC, id) WHERE open_sessions > 0",
  "CREATE INDEX curfew_users_owners ON curfew_users (account_id) WHERE role = 'owner' AND disabled = 0",
  "CREATE INDEX curfew_sessions_page ON curfew_sessions (account_id, account_epoch, last_active_at DESC, id DESC) WHERE ended_at IS NULL",
  "CREATE INDEX curfew_sessions_deadline ON curfew_sessions (account_id, account_epoch, idle_expires_at) WHERE ended_at IS NULL",
  "CREATE INDEX curfew_sessions_overdue ON curfew_sessions (idle_expires_at) WHERE ended_at IS NULL",
  "CREATE INDEX curfew_sessions_ended ON curfew_sessions (ended_at) WHERE ended_at IS NOT NULL",
  "CREATE INDEX curfew_account_epochs_unclosed ON curfew_account_epochs (account_id, epoch) WHERE closed = 0",
  "CREATE INDEX curfew_account_epochs_age ON curfew_account_epochs (at) WHERE closed = 1",
  "CREATE INDEX curfew_feed_age ON curfew_feed (at)",
  "CREATE INDEX curfew_events_page ON curfew_events (account_id, at DESC, id DESC)",
  "CREATE INDEX curfew_events_type_page ON curfew_events (account_id, type, at DESC, id DESC)",
  "CREATE INDEX curfew_events_age ON curfew_events (at)",
  "CREATE UNIQUE INDEX curfew_events_fold ON curfew_events (account_id, type, fold_key, fold_minute) WHERE fold_key IS NOT NULL",
];

/** Accounts, users, sessions, the revocation feed and the audit trail. */
export const sessionsMigration: Migration = {
  name: "0001-sessions",
  statements: { sqlite: sqliteStatements(SHARED_INDEXES), postgres: postgresStatements(SHARED_INDEXES) },
};
