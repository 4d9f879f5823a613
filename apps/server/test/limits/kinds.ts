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

/** A place to keep attempts in, empty, with a clock in the test's hands. */
export interface Place {
  /** A process's book: in a database, all of a place's are the same. */
  book(allowance: Allowance): AttemptStore;
  pass(ms: number): void;
  close(): Promise<void>;
}

export interface PlaceKind {
  readonly name: string;
  open(): Promise<Place>;
}

/** A place whose rows a test can look at. */
export interface SqlPlace extends Place {
  readonly database: SqlDatabase;
}

export interface SqlPlaceKind extends PlaceKind {
  open(): Promise<SqlPlace>;
}

export const inMemory: PlaceKind = {
  name: "in memory",
  async open() {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    return {
      book: (allowance) =>
        createMemoryAttemptStore({ counter: createMemoryFailureCounter(WINDOW_SECONDS), ...allowance }),
      pass: (ms) => void vi.advanceTimersByTime(ms),
      async close() {
        vi.useRealTimers();
      },
    };
  },
};

/** @param openDatabase opens one that is the test's own, dated by `now` */
export const inSql = (
  name: string,
  openDatabase: (now: () => number) => Promise<SqlDatabase>,
): SqlPlaceKind => ({
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
      book: (allowance) => createSqlAttemptStore(database, { windowSeconds: WINDOW_SECONDS, ...allowance }),
      pass(ms) {
        now += ms;
      },
      close: () => database.close(),
    };
  },
});

export const inSqlite = inSql("in SQLite", async (now) => openSqlite({ path: null, now }));
