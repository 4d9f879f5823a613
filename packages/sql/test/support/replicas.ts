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

/** The store on the PostgreSQL at `options.url`, with its tables; closed when the test is over. */
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

/** Engines as so many processes would hold them: each with connections and a memory of its own. */
export async function openReplicas(
  count: number,
  options: OpenPostgresOptions,
  engine: Partial<CurfewOptions> = {},
): Promise<readonly Replica[]> {
  const replicas: Replica[] = [];
  for (let nth = 0; nth < count; nth++) {
    const { database, store } = await openStoreAt(options);
    const curfew = createCurfew({
      secret: new Uint8Array(32).fill(7),
      issuer: "https://curfew.example",
      ...engine,
      store,
    });
    onTestFinished(() => curfew.close());
    await curfew.ready();
    replicas.push({ database, store, curfew });
  }
  return replicas;
}
