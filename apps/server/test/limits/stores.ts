import { migrateStore, run, type SqlDatabase } from "@curfew/sql";
import { migrateService } from "../../src/database/migrations.js";
import { serviceQueries } from "../../src/database/tables.js";
import type { Allowance } from "../../src/sign-in/limits/admission.js";
import { type AttemptStore, createAttemptStore } from "../../src/sign-in/limits/attempt-store.js";
import { openMigratedDatabase } from "../unit/migrated-database.js";

const WINDOW_SECONDS = 900;
const REMEMBERED_DAYS = 30;

/** An empty store of sign-in attempts, with a clock that the test controls and rows that it can read. */
export interface TestStore {
  /** The attempt store of one process. Those over one database share its rows. */
  attemptStore(allowance: Allowance): AttemptStore;
  readonly database: SqlDatabase;
  advance(ms: number): void;
  close(): Promise<void>;
}

export interface StoreKind {
  readonly name: string;
  open(): Promise<TestStore>;
}

/** @param openDatabase opens a database for one test, with `now` as its clock */
export const inSql = (
  name: string,
  openDatabase: (now: () => number) => Promise<SqlDatabase>,
): StoreKind => ({
  name,
  async open() {
    let now = Date.UTC(2026, 0, 5, 9);
    const database = await openDatabase(() => now);
    await migrateStore(database);
    await migrateService(database);
    const queries = serviceQueries(database);
    for (const table of ["sign_in_failures", "sign_in_attempts", "known_places"] as const)
      await database.write(() => run(queries.deleteFrom(table)));
    return {
      database,
      attemptStore: (allowance) =>
        createAttemptStore(database, {
          allowance,
          windowSeconds: WINDOW_SECONDS,
          rememberedDays: REMEMBERED_DAYS,
        }),
      advance(ms) {
        now += ms;
      },
      close: () => database.close(),
    };
  },
});

export const inSqlite = inSql("in SQLite", openMigratedDatabase);
