import { all, first, raw, run, type SqlDatabase, statedClock, type Unit } from "@curfew/sql";
import { sql } from "kysely";
import { type SignInFailuresTable, serviceQueries } from "../../database/tables.js";
import type { EndedAttempt } from "./attempt-book.js";
import type { FailureCount } from "./failure-counter.js";
import { NO_FAILURES, type Standing } from "./judge.js";

/** An attempt that is admitted: its ticket, and its e-mail's key. */
type Begun = Pick<EndedAttempt, "ticket" | "email">;

/**
 * The statements on failures and attempts under way. Lists go in as one value, so that each is one text however long they are.
 * All but `failuresNow` belong under the lock of their network; moments are in milliseconds since the Unix epoch.
 */
export function attemptStatements(database: SqlDatabase) {
  const { dialect } = database;
  const queries = serviceQueries(database);

  return {
    /** Takes attempts out that ended, and answers the tickets of those that still counted. */
    *remove(network: string, ended: readonly EndedAttempt[], now: number): Unit<ReadonlySet<string>> {
      if (ended.length === 0) return new Set();
      const tickets = dialect.rows(JSON.stringify(ended.map(({ ticket: id }) => ({ id }))), { id: "text" });
      const rows = yield* all(
        raw(
          queries,
          sql<{ id: string }>`DELETE FROM sign_in_attempts
            WHERE network_hash = ${network} AND id IN (SELECT t.id FROM ${tickets} AS t) AND counts_until > ${now}
            RETURNING id`,
        ),
      );
      return new Set(rows.map((row) => row.id));
    },

    /** Counts failures for their e-mails and for the network; the first opens a window, until `resetsAt`. */
    *count(
      network: string,
      failed: readonly Begun[],
      { now, resetsAt }: { readonly now: number; readonly resetsAt: number },
    ): Unit<void> {
      if (failed.length === 0) return;
      const counts = new Map([[network, failed.length]]);
      for (const { email } of failed) counts.set(email, (counts.get(email) ?? 0) + 1);
      const added = JSON.stringify(
        [...counts].map(([key_hash, failures]) => ({ key_hash, failures, resets_at: resetsAt })),
      );
      const rows = dialect.rows(added, { key_hash: "text", failures: "number", resets_at: "number" });
      const isOver = sql`sign_in_failures.resets_at <= ${now}`;
      yield* run(
        raw(
          queries,
          sql`INSERT INTO sign_in_failures (key_hash, failures, resets_at)
            SELECT r.key_hash, r.failures, r.resets_at FROM ${rows} AS r WHERE true
            ON CONFLICT (key_hash) DO UPDATE SET
              failures = excluded.failures + CASE WHEN ${isOver} THEN 0 ELSE sign_in_failures.failures END,
              resets_at = CASE WHEN ${isOver} THEN excluded.resets_at ELSE sign_in_failures.resets_at END`,
        ),
      );
    },

    /** What is known of a network, and of the e-mails `asking`. */
    *standing(network: string, asking: readonly string[], now: number): Unit<Standing> {
      if (asking.length === 0) return { network: NO_FAILURES, emails: new Map(), underWay: [] };
      const asked = [network, ...new Set(asking)].map((key_hash) => ({ key_hash }));
      const keys = dialect.rows(JSON.stringify(asked), { key_hash: "text" });
      const failures = yield* all(
        raw(
          queries,
          sql<SignInFailuresTable>`SELECT f.key_hash, f.failures, f.resets_at FROM sign_in_failures f
            WHERE f.key_hash IN (SELECT k.key_hash FROM ${keys} AS k) AND f.resets_at > ${now}`,
        ),
      );
      const emails = new Map<string, FailureCount>(
        failures.map((row) => [row.key_hash, { failures: row.failures, resetsInMs: row.resets_at - now }]),
      );
      const underWay = yield* all(
        queries
          .selectFrom("sign_in_attempts")
          .select("email_hash")
          .where("network_hash", "=", network)
          .where("counts_until", ">", now),
      );
      return {
        network: emails.get(network) ?? NO_FAILURES,
        emails,
        underWay: underWay.map((row) => row.email_hash),
      };
    },

    /** Takes attempts in that begin, to count until they end or until `countsUntil`. */
    *add(network: string, begun: readonly Begun[], countsUntil: number): Unit<void> {
      if (begun.length === 0) return;
      const attempts = begun.map(({ ticket: id, email: email_hash }) => ({ id, email_hash }));
      const rows = dialect.rows(JSON.stringify(attempts), { id: "text", email_hash: "text" });
      yield* run(
        queries
          .insertInto("sign_in_attempts")
          .columns(["network_hash", "id", "email_hash", "counts_until"])
          .expression(
            sql`SELECT CAST(${network} AS TEXT), r.id, r.email_hash, CAST(${countsUntil} AS BIGINT) FROM ${rows} AS r`,
          ),
      );
    },

    /** Deletes what is over, at most `most` rows of each kind, and waits for nobody who does so too. */
    *tidy(now: number, most: number): Unit<void> {
      yield* run(
        queries.deleteFrom("sign_in_failures").where(
          sql<boolean>`key_hash IN (
            SELECT key_hash FROM sign_in_failures WHERE resets_at <= ${now} ORDER BY resets_at LIMIT ${most} ${dialect.skipLocked})`,
        ),
      );
      yield* run(
        queries.deleteFrom("sign_in_attempts").where(
          sql<boolean>`(network_hash, id) IN (
            SELECT network_hash, id FROM sign_in_attempts
            WHERE counts_until <= ${now} ORDER BY counts_until LIMIT ${most} ${dialect.skipLocked})`,
        ),
      );
    },

    /** A network's failures at this moment: a unit of one statement. */
    *failuresNow(network: string): Unit<FailureCount> {
      const stated = yield* statedClock();
      const found = yield* first(
        raw(
          queries,
          dialect.atMoment(
            sql<number | null>`${stated}`,
            (
              now,
            ) => sql<FailureCount>`SELECT failures, resets_at - ${now} AS "resetsInMs" FROM sign_in_failures
              WHERE key_hash = ${network} AND resets_at > ${now}`,
          ),
        ),
      );
      return found ?? NO_FAILURES;
    },
  };
}
