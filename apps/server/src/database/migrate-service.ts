import { type Migration, migrate, type SqlDatabase } from "@curfew/sql";
import { peopleMigration } from "./migrations/0001-people.js";
import { failedSignInsMigration } from "./migrations/0002-failed-sign-ins.js";

/** The steps of the service's own schema, in order. */
export const SERVICE_MIGRATIONS: readonly Migration[] = [peopleMigration, failedSignInsMigration];

/** The ledger of the service's own schema. */
export const SERVICE_LEDGER = "server_migrations";

/** Brings the service's own tables up to date. Throws `DatabaseOpenError` `newer` and `cannot_open`, and `unavailable`. */
export const migrateService = (database: SqlDatabase): Promise<void> =>
  migrate(database, { ledger: SERVICE_LEDGER, migrations: SERVICE_MIGRATIONS });
