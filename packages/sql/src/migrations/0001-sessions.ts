import type { Migration } from "../migrate.js";
import { sessionsOnPostgres } from "./0001-sessions-postgres.js";
import { sessionsOnSqlite } from "./0001-sessions-sqlite.js";

/** Accounts, users, sessions, what ended them, and the audit trail. */
export const sessionsMigration: Migration = {
  name: "0001-sessions",
  statements: { sqlite: sessionsOnSqlite, postgres: sessionsOnPostgres },
};
