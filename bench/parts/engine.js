import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createCurfew } from "@curfew/core";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";

/** No timers: nothing runs but what is measured. */
export const never = { after: () => ({ cancel: () => undefined }) };

/**
 * The engine on a database in a file.
 *
 * @param {string} folder
 * @param {Partial<import("@curfew/core").CurfewOptions>} options
 */
export async function openEngine(folder, options = {}) {
  return engineOn(openSqlite({ path: join(folder, "curfew.db") }), options);
}

/**
 * The engine on a database, with its tables; it closes both.
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
    scheduler: never,
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
