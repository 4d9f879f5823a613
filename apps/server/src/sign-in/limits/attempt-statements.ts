import { all, raw, run, type SqlDatabase, statedClock, together, type Unit } from "@curfew/sql";
import { sql } from "kysely";
import { type SignInAttemptsTable, serviceQueries } from "../../database/tables.js";
import {
  type AttemptKeys,
  type AttemptRequest,
  type AttemptState,
  type FailureCount,
  keysIn,
} from "./admission.js";

/** An attempt in flight, or one that was. */
interface Attempt {
  readonly attemptId: string;
  readonly keys: AttemptKeys;
}

type AttemptRow = Pick<SignInAttemptsTable, "network_hash" | "email_hash" | "site_hash" | "anywhere_hash">;

interface CountRow {
  readonly key_hash: string;
  readonly failures: number;
  /** Milliseconds until the row no longer counts. */
  readonly resets_in: number;
  /** Milliseconds since the last failure; null where a window counts. */
  readonly since: number | null;
}

/**
 * The statements on failures and attempts in flight. A list is passed as one value, so the text of a statement does not
 * depend on the list's length. Times are in milliseconds since the Unix epoch.
 *
 * @param pauseMs how long the failures of an e-mail from anywhere refuse attempts after the last one
 */
export function attemptStatements(database: SqlDatabase, pauseMs: number) {
  const { dialect } = database;
  const queries = serviceQueries(database);
  const hashesIn = (keys: Iterable<string>) =>
    dialect.rows(
      [...new Set(keys)].map((key_hash) => ({ key_hash })),
      { key_hash: "text" },
    );

  /** Reads counts in one statement, which needs no transaction. */
  function* readCounts(keys: readonly string[]): Unit<ReadonlyMap<string, FailureCount>> {
    const stated = yield* statedClock();
    const rows = yield* all(
      raw(
        queries,
        dialect.atMoment(
          sql<number | null>`${stated}`,
          (now) => sql<CountRow>`SELECT f.key_hash, f.failures, f.resets_at - ${now} AS resets_in,
              ${now} - f.last_failed_at AS since FROM sign_in_failures f
            WHERE f.key_hash IN (SELECT k.key_hash FROM ${hashesIn(keys)} AS k) AND f.resets_at > ${now}`,
        ),
      ),
    );
    return new Map(
      rows.map(({ key_hash, failures, resets_in, since }) => [
        key_hash,
        { failures, blockedMs: since === null ? resets_in : Math.max(0, pauseMs - since) },
      ]),
    );
  }

  return {
    readCounts,

    /** Deletes finished attempts and returns the ids of those that still counted as in flight. */
    *removeAttempts(finished: readonly Attempt[]): Unit<ReadonlySet<string>> {
      if (finished.length === 0) return new Set();
      const stated = yield* statedClock();
      const attempts = finished.map(({ attemptId, keys }) => ({ network_hash: keys.network, id: attemptId }));
      const ended = dialect.rows(attempts, { network_hash: "text", id: "text" });
      const rows = yield* all(
        raw(
          queries,
          dialect.atMoment(
            sql<number | null>`${stated}`,
            (now) => sql<{ id: string }>`DELETE FROM sign_in_attempts
              WHERE (network_hash, id) IN (SELECT e.network_hash, e.id FROM ${ended} AS e) AND counts_until > ${now}
              RETURNING id`,
          ),
        ),
      );
      return new Set(rows.map((row) => row.id));
    },

    /** Deletes the counts of e-mails whose attempts passed and still count as in flight. Call it before `removeAttempts`. */
    *forgetPassed(passed: readonly Attempt[]): Unit<void> {
      if (passed.length === 0) return;
      const stated = yield* statedClock();
      const keys = passed.flatMap(({ attemptId, keys }) =>
        [keys.email, keys.anywhere].map((key_hash) => ({
          network_hash: keys.network,
          id: attemptId,
          key_hash,
        })),
      );
      const rows = dialect.rows(keys, { network_hash: "text", id: "text", key_hash: "text" });
      yield* run(
        raw(
          queries,
          dialect.atMoment(
            sql<number | null>`${stated}`,
            (now) => sql`DELETE FROM sign_in_failures WHERE key_hash IN (
              SELECT p.key_hash FROM ${rows} AS p
              JOIN sign_in_attempts a ON a.network_hash = p.network_hash AND a.id = p.id WHERE a.counts_until > ${now})`,
          ),
        ),
      );
    },

    /**
     * Counts failures under all of their keys. The first failure of a window opens it; an e-mail's failures from anywhere are
     * remembered from the last one on.
     */
    *addFailures(
      failed: readonly Attempt[],
      { now, windowMs, rememberedMs }: Readonly<Record<"now" | "windowMs" | "rememberedMs", number>>,
    ): Unit<void> {
      if (failed.length === 0) return;
      const counts = new Map<string, { failures: number; isWindow: boolean }>();
      const add = (key: string, isWindow: boolean): void =>
        void counts.set(key, { failures: (counts.get(key)?.failures ?? 0) + 1, isWindow });
      for (const { keys } of failed) {
        for (const key of [keys.email, keys.network, keys.site]) if (key !== null) add(key, true);
        add(keys.anywhere, false);
      }
      const added = [...counts]
        // In one order, so that two transactions can't wait for each other's rows.
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key_hash, { failures, isWindow }]) => ({
          key_hash,
          failures,
          resets_at: now + (isWindow ? windowMs : rememberedMs),
          last_failed_at: isWindow ? null : now,
        }));
      const rows = dialect.rows(added, {
        key_hash: "text",
        failures: "number",
        resets_at: "number",
        last_failed_at: "number",
      });
      const isOver = sql`sign_in_failures.resets_at <= ${now}`;
      yield* run(
        raw(
          queries,
          sql`INSERT INTO sign_in_failures (key_hash, failures, resets_at, last_failed_at)
            SELECT r.key_hash, r.failures, r.resets_at, r.last_failed_at FROM ${rows} AS r WHERE true
            ON CONFLICT (key_hash) DO UPDATE SET
              failures = excluded.failures + CASE WHEN ${isOver} THEN 0 ELSE sign_in_failures.failures END,
              resets_at = CASE WHEN ${isOver} OR excluded.last_failed_at IS NOT NULL
                THEN excluded.resets_at ELSE sign_in_failures.resets_at END,
              last_failed_at = excluded.last_failed_at`,
        ),
      );
    },

    /** Deletes the counts of some keys. */
    *forget(keys: readonly string[]): Unit<void> {
      if (keys.length === 0) return;
      yield* run(
        queries
          .deleteFrom("sign_in_failures")
          .where(sql<boolean>`key_hash IN (SELECT k.key_hash FROM ${hashesIn(keys)} AS k)`),
      );
    },

    /**
     * Locks what counts some attempts until the unit ends. Without it, replicas could each admit the last attempt. SQLite runs
     * one unit at a time.
     */
    *lockKeys(attempts: readonly AttemptKeys[]): Unit<void> {
      if (dialect.name === "sqlite") return;
      const keys = attempts.flatMap(({ network, site, anywhere }) => [
        network,
        anywhere,
        ...(site === null ? [] : [site]),
      ]);
      yield* run(
        raw(
          queries,
          // In one order, so that two transactions can't wait for each other.
          sql`SELECT pg_advisory_xact_lock(hashtextextended('sign-ins ' || s.key_hash, 0))
            FROM (SELECT k.key_hash FROM ${hashesIn(keys)} AS k ORDER BY k.key_hash) AS s`,
        ),
      );
    },

    /** Reads the failures of requests and the attempts in flight that count with them. */
    *readState(requests: readonly AttemptRequest[]): Unit<AttemptState> {
      const stated = yield* statedClock();
      const networks = hashesIn(requests.map(({ network }) => network));
      const sites = hashesIn(requests.flatMap(({ site }) => (site === null ? [] : [site])));
      const emails = hashesIn(requests.map(({ anywhere }) => anywhere));
      const [attempts, counts] = yield* together(
        all(
          raw(
            queries,
            dialect.atMoment(
              sql<number | null>`${stated}`,
              (now) => sql<AttemptRow>`SELECT a.network_hash, a.email_hash, a.site_hash, a.anywhere_hash
                FROM sign_in_attempts a
                WHERE a.counts_until > ${now} AND (a.network_hash IN (SELECT k.key_hash FROM ${networks} AS k)
                  OR a.site_hash IN (SELECT k.key_hash FROM ${sites} AS k)
                  OR a.anywhere_hash IN (SELECT k.key_hash FROM ${emails} AS k))`,
            ),
          ),
        ),
        readCounts(requests.flatMap(keysIn)),
      );
      const inFlight = attempts.map((row) => ({
        email: row.email_hash,
        network: row.network_hash,
        site: row.site_hash,
        anywhere: row.anywhere_hash ?? "",
      }));
      return { counts, inFlight };
    },

    /** Inserts admitted attempts, which count as in flight until they finish or until `countsUntil`. */
    *addAttempts(admitted: readonly Attempt[], countsUntil: number): Unit<void> {
      if (admitted.length === 0) return;
      const rows = dialect.rows(
        admitted.map(({ attemptId, keys }) => ({
          network_hash: keys.network,
          id: attemptId,
          email_hash: keys.email,
          site_hash: keys.site,
          anywhere_hash: keys.anywhere,
        })),
        { network_hash: "text", id: "text", email_hash: "text", site_hash: "text", anywhere_hash: "text" },
      );
      yield* run(
        queries
          .insertInto("sign_in_attempts")
          .columns(["network_hash", "id", "email_hash", "site_hash", "anywhere_hash", "counts_until"])
          .expression(
            sql`SELECT r.network_hash, r.id, r.email_hash, r.site_hash, r.anywhere_hash, CAST(${countsUntil} AS BIGINT) FROM ${rows} AS r`,
          ),
      );
    },

    /** Deletes expired rows, at most `limit` of each table; rows that another transaction has locked are skipped. */
    *deleteExpired(now: number, limit: number): Unit<void> {
      yield* run(
        queries.deleteFrom("sign_in_failures").where(
          sql<boolean>`key_hash IN (
            SELECT key_hash FROM sign_in_failures WHERE resets_at <= ${now} ORDER BY resets_at LIMIT ${limit} ${dialect.skipLocked})`,
        ),
      );
      yield* run(
        queries.deleteFrom("sign_in_attempts").where(
          sql<boolean>`(network_hash, id) IN (
            SELECT network_hash, id FROM sign_in_attempts
            WHERE counts_until <= ${now} ORDER BY counts_until LIMIT ${limit} ${dialect.skipLocked})`,
        ),
      );
    },
  };
}
