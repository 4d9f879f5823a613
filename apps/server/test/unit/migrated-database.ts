import { migrateStore } from "@curfew/sql";
import { copiesOfMigrated } from "../../../../packages/sql/test/support/migrated-sqlite.js";
import { migrateService } from "../../src/database/migrations.js";

/** Opens a database in memory that has the tables of the store and of the service. */
export const openMigratedDatabase = copiesOfMigrated(async (database) => {
  await migrateStore(database);
  await migrateService(database);
});
