import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createCurfew } from "@curfew/core";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";

/** A scheduler that never runs anything, so that only the measured code runs. */
const inertScheduler = { after: () => ({ cancel: () => undefined }) };

/**
 * Opens the engine on a SQLite file.
 *
 * @param {string} folder
 * @param {Partial<import("@curfew/core").CurfewOptions>} options
 */
export async function openEngine(folder, options = {}) {
  return engineOn(openSqlite({ path: join(folder, "curfew.db") }), options);
}

/**
 * Opens the engine on a database and creates its tables. `close` closes both.
 *
 * @param {import("@curfew/sql").SqlDatabase} database
 * @param {Partial<import("@curfew/core").CurfewOptions>} options
 */
export async function engineOn(database, options = {}) {
  await migrateStore(database);
  const store = createSqlStore(database);
  const curfew = createCurfew({
    store,
    secret: randomBytes(32),
    issuer: "https://bench.example",
    scheduler: inertScheduler,
    ...options,
  });
  return {
    database,
    store,
    curfew,
    async close() {
      curfew.close();
      await database.close();
    },
  };
}
