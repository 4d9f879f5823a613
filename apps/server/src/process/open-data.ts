import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  DatabaseOpenError,
  migrateStore,
  type OpenSqliteOptions,
  openSqlite,
  type SqlDatabase,
} from "@curfew/sql";
import { migrateService } from "../database/migrate-service.js";
import { StartFailure } from "./start-failure.js";

/**
 * Opens the embedded database of a data directory, both made where they are not there yet, and brings it up to date.
 *
 * @param options another clock than this machine's
 * @throws StartFailure where another process has it, where it is no database, or where it can't be written
 */
export async function openData(
  directory: string,
  options: Pick<OpenSqliteOptions, "now"> = {},
): Promise<SqlDatabase> {
  await makeDirectory(directory);
  let database: SqlDatabase | undefined;
  try {
    database = openSqlite({ path: join(directory, "curfew.db"), ...options });
    await migrateStore(database);
    await migrateService(database);
    return database;
  } catch (error) {
    await database?.close();
    const message =
      error instanceof DatabaseOpenError ? error.message : `the database in ${directory} can't be written`;
    throw new StartFailure(message, 1, error);
  }
}

/** Only its owner may look into a directory that we make: it says who uses what, and holds the secret. */
async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StartFailure(`CURFEW_DATA_DIR: can't make or open ${directory}`, 1, error);
  }
}
