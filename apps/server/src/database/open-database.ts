import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { isCurfewError } from "@curfew/core";
import {
  clock,
  DatabaseOpenError,
  migrateStore,
  type OpenSqliteOptions,
  openPostgres,
  openSqlite,
  type SqlDatabase,
  type SqliteDatabase,
} from "@curfew/sql";
import { parsePostgresUrl } from "@curfew/sql/postgres-url";
import { StartFailure } from "../process/start-failure.js";
import type { PostgresSettings, Settings } from "../settings/model.js";
import { failureReason } from "./failure-reason.js";
import type { SharedAddress } from "./fill-addresses.js";
import { migrateService } from "./migrations.js";

export interface OpenedDatabase {
  readonly database: SqlDatabase;
  /** The same if it is the embedded one, else null. */
  readonly embedded: SqliteDatabase | null;
  /** A description of where the data is, without a password. */
  readonly location: string;
}

/** Called for each user of an earlier version who shares an address with another one. */
export type OnSharedAddress = (shared: SharedAddress) => void;

/**
 * Opens and migrates the database that the settings name.
 *
 * @throws StartFailure if it can't be opened, reached or migrated
 */
export async function openDatabase(
  { postgres, dataDirectory }: Pick<Settings, "postgres" | "dataDirectory">,
  onSharedAddress: OnSharedAddress = () => undefined,
): Promise<OpenedDatabase> {
  if (postgres !== null) return await openSharedDatabase(postgres, onSharedAddress);
  const database = await openEmbeddedDatabase(dataDirectory, { onSharedAddress });
  return { database, embedded: database, location: dataDirectory };
}

/**
 * Opens and migrates the embedded database of a data directory; creates both if they are missing.
 *
 * @param options.now a clock other than the machine's
 * @throws StartFailure if another process uses the database, if the file is not a database, or if it can't be written
 */
export async function openEmbeddedDatabase(
  directory: string,
  {
    onSharedAddress,
    ...options
  }: Pick<OpenSqliteOptions, "now"> & { onSharedAddress?: OnSharedAddress } = {},
): Promise<SqliteDatabase> {
  createDirectory(directory);
  let database: SqliteDatabase | undefined;
  try {
    database = openSqlite({ path: join(directory, "curfew.db"), ...options });
    await migrateStore(database);
    for (const shared of await migrateService(database)) onSharedAddress?.(shared);
    return database;
  } catch (error) {
    await database?.close();
    const message =
      error instanceof DatabaseOpenError ? error.message : `the database in ${directory} can't be written`;
    throw new StartFailure(message, 1, error);
  }
}

/**
 * A new directory is readable by its owner alone: it holds personal data and the secret. Created at once: another thread could still
 * create it after the demo, stopped by a signal, has deleted it.
 */
function createDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StartFailure(`CURFEW_DATA_DIR: can't create or open ${directory}`, 1, error);
  }
}

async function openSharedDatabase(
  { url, directUrl, pooled, poolSize }: PostgresSettings,
  onSharedAddress: OnSharedAddress,
): Promise<OpenedDatabase> {
  const location = locationOf(url);
  const database = openPostgres({ url, pooled, poolSize, ...(directUrl === null ? {} : { directUrl }) });
  try {
    await migrateStore(database);
    for (const shared of await migrateService(database)) onSharedAddress(shared);
    // The migrations went to the server itself, and say nothing about the pooler.
    if (directUrl !== null) await database.read(() => clock());
    return { database, embedded: null, location };
  } catch (error) {
    await database.close();
    const trouble = isCurfewError(error, "unavailable") ? "can't be reached" : "can't be opened";
    throw new StartFailure(`${location} ${trouble}: ${failureReason(error, url)}`, 1, error);
  }
}

/** The name of a database, and the hosts and ports. */
function locationOf(url: string): string {
  const parsed = parsePostgresUrl(url);
  return parsed.ok ? `the database ${parsed.servers.database} at ${parsed.servers.hosts}` : "the database";
}
