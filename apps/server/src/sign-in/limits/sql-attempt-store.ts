import { all, first, lock, raw, run, type SqlDatabase, statedClock, type Unit } from "@curfew/sql";
import { sql } from "kysely";
import { type SignInFailuresTable, serviceQueries } from "../../database/tables.js";
import {
  type Allowance,
  type AttemptStore,
  decideAdmissions,
  type FailureCount,
  type FinishedAttempt,
  isNetworkBlocked,
  type NetworkState,
  NO_FAILURES,
} from "./attempt-store.js";

/** How often waiting attempts check whether attempts of other replicas finished. */
const POLL_INTERVAL_MS = 100;

/** A check takes a few seconds at most (see `MAX_WAITING_HASHES`). The attempt of a replica that died expires after this time. */
const IN_FLIGHT_MS = 30_000;

export interface SqlAttemptStoreOptions extends Allowance {
  /** How long failures count, from the first one on. */
  readonly windowSeconds: number;
}

/**
 * Stores attempts in a database that replicas share. A batch is one transaction under a lock on its network; all times are
 * the database's.
 */
export function createSqlAttemptStore(database: SqlDatabase, options: SqlAttemptStoreOptions): AttemptStore {
  const { windowSeconds, ...allowance } = options;
  const statements = attemptStatements(database);
  return {
    pollIntervalMs: POLL_INTERVAL_MS,
    applyBatch: ({ networkHash, finished, requests }) =>
      database.write(function* () {
        const now = yield* lock(`sign-ins ${networkHash}`);
        const removed = yield* statements.removeAttempts(networkHash, finished, now);
        const wereInFlight = finished.map(({ attemptId }) => removed.has(attemptId));
        const failed = finished.filter((attempt, index) => attempt.failed && wereInFlight[index]);
        yield* statements.addFailures(networkHash, failed, { now, resetsAt: now + windowSeconds * 1000 });
        const state = yield* statements.readState(networkHash, requests, now);
        const admissions = decideAdmissions(allowance, state, requests).map((decision) =>
          decision.kind === "admitted" ? { ...decision, attemptId: database.newId(now) } : decision,
        );
        const admitted = admissions.flatMap((admission, index) =>
          admission.kind === "admitted"
            ? [{ attemptId: admission.attemptId, emailHash: requests[index] ?? "" }]
            : [],
        );
        yield* statements.addAttempts(networkHash, admitted, now + IN_FLIGHT_MS);
        // A failure adds at most two rows. Deleting more than that keeps the tables from growing.
        if (failed.length > 0) yield* statements.deleteExpired(now, failed.length * 2 + 10);
        return { wereInFlight, admissions };
      }),
    async networkBlockedMs(networkHash) {
      const count = await database.read(() => statements.readNetworkFailures(networkHash), { single: true });
      return isNetworkBlocked(allowance, count) ? count.resetsInMs : null;
    },
  };
}

type AttemptReference = Pick<FinishedAttempt, "attemptId" | "emailHash">;

/**
 * The statements on failures and attempts in flight. A list is passed as one value, so the text of a statement does not
 * depend on the list's length. All but `readNetworkFailures` require the lock on the network. Times are in milliseconds
 * since the Unix epoch.
 */
function attemptStatements(database: SqlDatabase) {
  const { dialect } = database;
  const queries = serviceQueries(database);

  return {
    /** Deletes finished attempts and returns the ids of those that still counted as in flight. */
    *removeAttempts(
      networkHash: string,
      finished: readonly FinishedAttempt[],
      now: number,
    ): Unit<ReadonlySet<string>> {
      if (finished.length === 0) return new Set();
      const ids = dialect.rows(JSON.stringify(finished.map(({ attemptId: id }) => ({ id }))), { id: "text" });
      const rows = yield* all(
        raw(
          queries,
          sql<{ id: string }>`DELETE FROM sign_in_attempts
            WHERE network_hash = ${networkHash} AND id IN (SELECT t.id FROM ${ids} AS t) AND counts_until > ${now}
            RETURNING id`,
        ),
      );
      return new Set(rows.map((row) => row.id));
    },

    /** Counts failures for their e-mails and for the network; the first failure opens a window until `resetsAt`. */
    *addFailures(
      networkHash: string,
      failed: readonly AttemptReference[],
      { now, resetsAt }: { readonly now: number; readonly resetsAt: number },
    ): Unit<void> {
      if (failed.length === 0) return;
      const counts = new Map([[networkHash, failed.length]]);
      for (const { emailHash } of failed) counts.set(emailHash, (counts.get(emailHash) ?? 0) + 1);
      const added = JSON.stringify(
        [...counts].map(([key_hash, failures]) => ({ key_hash, failures, resets_at: resetsAt })),
      );
      const rows = dialect.rows(added, { key_hash: "text", failures: "number", resets_at: "number" });
      const isClosed = sql`sign_in_failures.resets_at <= ${now}`;
      yield* run(
        raw(
          queries,
          sql`INSERT INTO sign_in_failures (key_hash, failures, resets_at)
            SELECT r.key_hash, r.failures, r.resets_at FROM ${rows} AS r WHERE true
            ON CONFLICT (key_hash) DO UPDATE SET
              failures = excluded.failures + CASE WHEN ${isClosed} THEN 0 ELSE sign_in_failures.failures END,
              resets_at = CASE WHEN ${isClosed} THEN excluded.resets_at ELSE sign_in_failures.resets_at END`,
        ),
      );
    },

    /** Reads the failures of a network and of the requested e-mails, and the attempts in flight. */
    *readState(networkHash: string, requests: readonly string[], now: number): Unit<NetworkState> {
      if (requests.length === 0) return { network: NO_FAILURES, emails: new Map(), inFlight: [] };
      const hashes = [networkHash, ...new Set(requests)].map((key_hash) => ({ key_hash }));
      const keys = dialect.rows(JSON.stringify(hashes), { key_hash: "text" });
      const failures = yield* all(
        raw(
          queries,
          sql<SignInFailuresTable>`SELECT f.key_hash, f.failures, f.resets_at FROM sign_in_failures f
            WHERE f.key_hash IN (SELECT k.key_hash FROM ${keys} AS k) AND f.resets_at > ${now}`,
        ),
      );
      const counts = new Map<string, FailureCount>(
        failures.map((row) => [row.key_hash, { failures: row.failures, resetsInMs: row.resets_at - now }]),
      );
      const inFlight = yield* all(
        queries
          .selectFrom("sign_in_attempts")
          .select("email_hash")
          .where("network_hash", "=", networkHash)
          .where("counts_until", ">", now),
      );
      return {
        network: counts.get(networkHash) ?? NO_FAILURES,
        emails: counts,
        inFlight: inFlight.map((row) => row.email_hash),
      };
    },

    /** Inserts admitted attempts, which count as in flight until they finish or until `countsUntil`. */
    *addAttempts(
      networkHash: string,
      admitted: readonly AttemptReference[],
      countsUntil: number,
    ): Unit<void> {
      if (admitted.length === 0) return;
      const attempts = admitted.map(({ attemptId: id, emailHash: email_hash }) => ({ id, email_hash }));
      const rows = dialect.rows(JSON.stringify(attempts), { id: "text", email_hash: "text" });
      yield* run(
        queries
          .insertInto("sign_in_attempts")
          .columns(["network_hash", "id", "email_hash", "counts_until"])
          .expression(
            sql`SELECT CAST(${networkHash} AS TEXT), r.id, r.email_hash, CAST(${countsUntil} AS BIGINT) FROM ${rows} AS r`,
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

    /** Reads a network's failures at the current time: one statement, without a transaction. */
    *readNetworkFailures(networkHash: string): Unit<FailureCount> {
      const stated = yield* statedClock();
      const found = yield* first(
        raw(
          queries,
          dialect.atMoment(
            sql<number | null>`${stated}`,
            (
              now,
            ) => sql<FailureCount>`SELECT failures, resets_at - ${now} AS "resetsInMs" FROM sign_in_failures
              WHERE key_hash = ${networkHash} AND resets_at > ${now}`,
          ),
        ),
      );
      return found ?? NO_FAILURES;
    },
  };
}
