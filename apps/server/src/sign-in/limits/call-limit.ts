import { first, lock, raw, run, type SqlDatabase } from "@curfew/sql";
import { sql } from "kysely";
import { hashOf } from "../../database/hash-of.js";
import { serviceQueries } from "../../database/tables.js";
import { inSeconds } from "./admission.js";
import { attemptStatements } from "./attempt-statements.js";

/** Bounds how often one network makes a call within an hour. */
export interface CallLimit {
  /** Seconds until a network that used up its calls may try again; null if it may now. Throws `unavailable`. */
  blockedSeconds(network: string): Promise<number | null>;
  /**
   * Counts a call, and returns as `blockedSeconds` did before it. Concurrent calls of any number of replicas pass no more often
   * than sequential ones. Throws `unavailable`.
   */
  take(network: string): Promise<number | null>;
  /** Takes a counted call back. Throws `unavailable`. */
  giveBack(network: string): Promise<void>;
}

const WINDOW_MS = 60 * 60 * 1000;

/** The first registrations of a network within an hour, made or refused as `email_taken`. */
export const REGISTRATION_ALLOWANCE = 10;
/** Wrong tokens of invitations and password links. */
export const WRONG_LINK_ALLOWANCE = 30;

/**
 * Creates a limit that is counted in the database.
 *
 * @param name distinguishes its counts from those of other limits
 * @param options.rateLimit false turns it off
 */
export function createCallLimit(
  database: SqlDatabase,
  name: string,
  options: { readonly allowance: number; readonly rateLimit: boolean },
): CallLimit {
  if (!options.rateLimit) return unlimited;
  const queries = serviceQueries(database);
  const statements = attemptStatements(database, WINDOW_MS);
  const keyOf = (network: string): string => hashOf(`${name} ${network}`);

  return {
    async blockedSeconds(network) {
      const key = keyOf(network);
      const counts = await database.read(() => statements.readCounts([key]), { single: true });
      const count = counts.get(key);
      return count !== undefined && count.failures >= options.allowance ? inSeconds(count.blockedMs) : null;
    },
    take: (network) => {
      const key = keyOf(network);
      const lockKey = `calls ${key}`;
      return database.write(
        function* () {
          const now = yield* lock(lockKey);
          const isOver = sql`sign_in_failures.resets_at <= ${now}`;
          const counted = yield* first(
            raw(
              queries,
              sql<{ failures: number; resets_at: number }>`
              INSERT INTO sign_in_failures (key_hash, failures, resets_at) VALUES (${key}, 1, ${now + WINDOW_MS})
              ON CONFLICT (key_hash) DO UPDATE SET
                failures = 1 + CASE WHEN ${isOver} THEN 0 ELSE sign_in_failures.failures END,
                resets_at = CASE WHEN ${isOver} THEN excluded.resets_at ELSE sign_in_failures.resets_at END
              RETURNING failures, resets_at`,
            ),
          );
          yield* statements.deleteExpired(now, 10);
          return counted !== null && counted.failures > options.allowance
            ? inSeconds(counted.resets_at - now)
            : null;
        },
        { lock: lockKey },
      );
    },
    async giveBack(network) {
      await database.write(
        () =>
          run(
            queries
              .updateTable("sign_in_failures")
              .set((row) => ({ failures: row("failures", "-", 1) }))
              .where("key_hash", "=", keyOf(network))
              .where("failures", ">", 0),
          ),
        { single: true },
      );
    },
  };
}

const unlimited: CallLimit = {
  blockedSeconds: async () => null,
  take: async () => null,
  giveBack: async () => undefined,
};
