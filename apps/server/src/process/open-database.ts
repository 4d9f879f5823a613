import { isCurfewError } from "@curfew/core";
import { DatabaseOpenError, migrateStore, openPostgres, type SqlDatabase } from "@curfew/sql";
import { migrateService } from "../database/migrate-service.js";
import type { PostgresSettings, Settings } from "../settings/model.js";
import { openData } from "./open-data.js";
import { StartFailure } from "./start-failure.js";

export interface OpenedDatabase {
  readonly database: SqlDatabase;
  /** Where it is, for people: it holds no password. */
  readonly place: string;
}

/**
 * Opens the database that the settings name and brings it up to date.
 *
 * @throws StartFailure where it can't be opened, reached or worked with
 */
export async function openDatabase({
  postgres,
  dataDirectory,
}: Pick<Settings, "postgres" | "dataDirectory">): Promise<OpenedDatabase> {
  if (postgres !== null) return await openShared(postgres);
  return { database: await openData(dataDirectory), place: dataDirectory };
}

async function openShared({ url, directUrl, pooled, poolSize }: PostgresSettings): Promise<OpenedDatabase> {
  const place = placeOf(url);
  const database = openPostgres({ url, pooled, poolSize, ...(directUrl === null ? {} : { directUrl }) });
  try {
    await migrateStore(database);
    await migrateService(database);
    return { database, place };
  } catch (error) {
    await database.close();
    throw new StartFailure(whyNot(error, place), 1, error);
  }
}

function whyNot(error: unknown, place: string): string {
  if (error instanceof DatabaseOpenError) return `${place}: ${error.message}`;
  return isCurfewError(error, "unavailable")
    ? `${place} can't be reached`
    : `${place} can't be brought up to date`;
}

/** Host, port and name of a database. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `the database ${pathname.slice(1)} at ${host}`;
}
