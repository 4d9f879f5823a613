import { lock, type SqlDatabase } from "@curfew/sql";
import type { AttemptBook } from "./attempt-book.js";
import { type Allowance, isFull, judge } from "./judge.js";
import { attemptStatements } from "./sql-statements.js";

/** How often whoever waits looks whether attempts at other replicas ended. */
const LOOK_AGAIN_MS = 100;

/**
 * A check takes a few seconds at most (see `HASHES_WAITING`). A replica that died in the middle of one holds its place no
 * longer than this.
 */
const COUNTS_FOR_MS = 30_000;

export interface SqlBookOptions extends Allowance {
  /** How long failures count, from the first of them. */
  readonly windowSeconds: number;
}

/**
 * Keeps attempts in a database, for all replicas that share it. A turn is one transaction under a lock on its network, dated by
 * the database's clock.
 */
export function createSqlBook(database: SqlDatabase, options: SqlBookOptions): AttemptBook {
  const { windowSeconds, ...allowance } = options;
  const statements = attemptStatements(database);
  return {
    lookAgainMs: LOOK_AGAIN_MS,
    settle: ({ network, ended, asking }) =>
      database.write(function* () {
        const now = yield* lock(`sign-ins ${network}`);
        const wereUnderWay = yield* statements.remove(network, ended, now);
        const counted = ended.map(({ ticket }) => wereUnderWay.has(ticket));
        const failed = ended.filter((attempt, index) => attempt.failed && counted[index]);
        yield* statements.count(network, failed, { now, resetsAt: now + windowSeconds * 1000 });
        const standing = yield* statements.standing(network, asking, now);
        const admissions = judge(allowance, standing, asking).map((verdict) =>
          verdict.kind === "admitted" ? { ...verdict, ticket: database.newId(now) } : verdict,
        );
        const begun = admissions.flatMap((admission, index) =>
          admission.kind === "admitted" ? [{ ticket: admission.ticket, email: asking[index] ?? "" }] : [],
        );
        yield* statements.add(network, begun, now + COUNTS_FOR_MS);
        // Each failure makes two rows at most; more than that go, so that no row is left behind for long.
        if (failed.length > 0) yield* statements.tidy(now, failed.length * 2 + 10);
        return { counted, admissions };
      }),
    async blockedForMs(network) {
      const count = await database.read(() => statements.failuresNow(network), { single: true });
      return isFull(allowance, count) ? count.resetsInMs : null;
    },
  };
}
