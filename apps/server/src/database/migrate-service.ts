import { migrate, type SqlDatabase } from "@curfew/sql";
import { peopleMigration } from "./migrations/0001-people.js";
import { failedSignInsMigration } from "./migrations/0002-failed-sign-ins.js";

/** Brings the service's own tables up to date. Throws `DatabaseOpenError` `newer` and `cannot_open`, and `unavailable`. */
export const migrateService = (database: SqlDatabase): Promise<void> =>
  migrate(database, {
    ledger: "server_migrations",
    migrations: [peopleMigration, failedSignInsMigration],
  });
