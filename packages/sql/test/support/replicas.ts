import { type Curfew, type CurfewOptions, createCurfew } from "@curfew/core";
import { onTestFinished } from "vitest";
import {
  createSqlStore,
  migrateStore,
  type OpenPostgresOptions,
  openPostgres,
  type SqlDatabase,
  type Unit,
} from "../../src/index.js";
import type { SqlStore } from "./sessions.js";

/** Opens a migrated store on PostgreSQL, and closes it when the test finishes. */
export async function openStoreAt(
  options: OpenPostgresOptions,
): Promise<{ database: SqlDatabase; store: SqlStore }> {
  const database = openPostgres(options);
  onTestFinished(() => database.close());
  await migrateStore(database);
  return { database, store: createSqlStore(database) };
}

export interface Replica {
  readonly database: SqlDatabase;
  readonly store: SqlStore;
  readonly curfew: Curfew<() => Unit<void>>;
}

/**
 * Creates several engines on one database, each with its own connections and memory, like separate processes.
 */
export async function openReplicas(
  count: number,
  options: OpenPostgresOptions,
  engineOptions: Partial<CurfewOptions> = {},
): Promise<readonly Replica[]> {
  const replicas: Replica[] = [];
  for (let nth = 0; nth < count; nth++) {
    const { database, store } = await openStoreAt(options);
    const curfew = createCurfew({
      secret: new Uint8Array(32).fill(7),
      issuer: "https://curfew.example",
      ...engineOptions,
      store,
    });
    onTestFinished(() => curfew.close());
    await curfew.ready();
    replicas.push({ database, store, curfew });
  }
  return replicas;
}
