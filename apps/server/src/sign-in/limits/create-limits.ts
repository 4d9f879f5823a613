import type { SqlDatabase } from "@curfew/sql";
import type { AttemptBook } from "./attempt-book.js";
import { type AttemptLimits, createAttemptLimits, noAttemptLimits } from "./attempts.js";
import { createMemoryBook } from "./memory-book.js";
import { createMemoryFailureCounter } from "./memory-failure-counter.js";
import { createSqlBook } from "./sql-book.js";

/** How many failures the service lets through within {@link ATTEMPT_WINDOW_SECONDS}. */
export const ATTEMPT_ALLOWANCE = { perEmail: 10, perNetwork: 100 } as const;
const ATTEMPT_WINDOW_SECONDS = 15 * 60;
/** How many attempts of one network may wait in one process. */
const WAITING = 1_000;

/**
 * The limits on failed sign-ins: kept where all who could share them look, which is this process's memory for the embedded
 * database, and the database where others may use it too.
 *
 * @param database one that `migrateService` has brought up to date
 * @param options.rateLimit false lets every attempt through
 */
export function createLimits(database: SqlDatabase, options: { readonly rateLimit: boolean }): AttemptLimits {
  return options.rateLimit
    ? createAttemptLimits({ book: bookOf(database), waiting: WAITING })
    : noAttemptLimits;
}

const bookOf = (database: SqlDatabase): AttemptBook =>
  database.dialect.name === "sqlite"
    ? createMemoryBook({
        counter: createMemoryFailureCounter(ATTEMPT_WINDOW_SECONDS),
        ...ATTEMPT_ALLOWANCE,
      })
    : createSqlBook(database, { windowSeconds: ATTEMPT_WINDOW_SECONDS, ...ATTEMPT_ALLOWANCE });
