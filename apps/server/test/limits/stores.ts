import { migrateStore, openSqlite, run, type SqlDatabase } from "@curfew/sql";
import { vi } from "vitest";
import { migrateService } from "../../src/database/migrations.js";
import { serviceQueries } from "../../src/database/tables.js";
import {
  type Allowance,
  type AttemptStore,
  createMemoryAttemptStore,
  createMemoryFailureCounter,
} from "../../src/sign-in/limits/attempt-store.js";
import { createSqlAttemptStore } from "../../src/sign-in/limits/sql-attempt-store.js";

const WINDOW_SECONDS = 900;

/** An empty store of sign-in attempts, with a clock that the test controls. */
export interface TestStore {
  /** The attempt store of one process. Those over one database share its rows. */
  attemptStore(allowance: Allowance): AttemptStore;
  advance(ms: number): void;
  close(): Promise<void>;
}

export interface StoreKind {
  readonly name: string;
  open(): Promise<TestStore>;
}

/** A store whose rows a test can read. */
export interface SqlTestStore extends TestStore {
  readonly database: SqlDatabase;
}

export interface SqlStoreKind extends StoreKind {
  open(): Promise<SqlTestStore>;
}

export const inMemory: StoreKind = {
  name: "in memory",
  async open() {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    return {
      attemptStore: (allowance) =>
        createMemoryAttemptStore({ counter: createMemoryFailureCounter(WINDOW_SECONDS), ...allowance }),
      advance: (ms) => void vi.advanceTimersByTime(ms),
      async close() {
        vi.useRealTimers();
      },
    };
  },
};

/** @param openDatabase opens a database for one test, with `now` as its clock */
export const inSql = (
  name: string,
  openDatabase: (now: () => number) => Promise<SqlDatabase>,
): SqlStoreKind => ({
  name,
  async open() {
    let now = Date.UTC(2026, 0, 5, 9);
    const database = await openDatabase(() => now);
    await migrateStore(database);
    await migrateService(database);
    const queries = serviceQueries(database);
    for (const table of ["sign_in_failures", "sign_in_attempts"] as const)
      await database.write(() => run(queries.deleteFrom(table)));
    return {
      database,
      attemptStore: (allowance) =>
        createSqlAttemptStore(database, { windowSeconds: WINDOW_SECONDS, ...allowance }),
      advance(ms) {
        now += ms;
      },
      close: () => database.close(),
    };
  },
});

export const inSqlite = inSql("in SQLite", async (now) => openSqlite({ path: null, now }));
