import type Database from "better-sqlite3";
import { unavailable } from "../unavailable.js";
import type { Unit } from "../unit.js";
import { translateError } from "./errors.js";
import { type QueuedUnit, queueUnit } from "./queued-unit.js";
import type { StatementCache } from "./statements.js";

/** The most units that share one commit: it bounds how long the first of them waits. */
const MOST_PER_DRAIN = 512;

/** What became of a unit inside its drain. */
type Settled = { readonly kind: "done" } | { readonly kind: "failed"; readonly error: unknown };

/**
 * Gathers the writes that arrive together and commits them as one transaction, so that one fsync serves many. Each has a
 * savepoint of its own, so that the failure of one is its own; none is answered before the commit has returned.
 */
export class GroupCommit {
  readonly #database: Database.Database;
  readonly #statements: StatementCache;
  readonly #now: () => number;
  readonly #onAnnounced: () => void;
  #queue: QueuedUnit[] = [];
  #scheduled = false;

  constructor(
    database: Database.Database,
    statements: StatementCache,
    options: { now: () => number; onAnnounced: () => void },
  ) {
    this.#database = database;
    this.#statements = statements;
    this.#now = options.now;
    this.#onAnnounced = options.onAnnounced;
  }

  /** Runs a unit in the next drain. @param single the unit is one statement */
  write<T>(unit: () => Unit<T>, single: boolean): Promise<T> {
    const { queued, promise } = queueUnit(unit, single, { statements: this.#statements, now: this.#now });
    this.#queue.push(queued);
    this.#schedule();
    return promise;
  }

  /** Runs all that waits, now. */
  flush(): void {
    while (this.#queue.length > 0) this.#drain();
  }

  #schedule(): void {
    if (this.#scheduled || this.#queue.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      try {
        this.#drain();
      } finally {
        this.#schedule();
      }
    });
  }

  #drain(): void {
    const batch = this.#queue.splice(0, MOST_PER_DRAIN);
    if (batch.length === 0) return;
    const settled = this.#commit(batch);
    let announced = false;
    for (const [index, queued] of batch.entries()) {
      const outcome = settled[index];
      if (outcome?.kind === "failed") queued.fail(translateError(outcome.error));
      else {
        queued.succeed();
        announced ||= queued.announces;
      }
    }
    if (announced) this.#onAnnounced();
  }

  /** Runs `batch` as one transaction: either what each unit came to, committed, or an outage for all of them. */
  #commit(batch: readonly QueuedUnit[]): readonly Settled[] {
    try {
      this.#execute("BEGIN IMMEDIATE");
      const settled = batch.map((queued) => this.#runOne(queued));
      this.#execute("COMMIT");
      return settled;
    } catch (cause) {
      this.#rollBack();
      const error = unavailable("the database could not commit", cause);
      return batch.map(() => ({ kind: "failed", error }));
    }
  }

  /** Throws only where the whole transaction is lost. */
  #runOne(queued: QueuedUnit): Settled {
    if (!queued.single) this.#execute("SAVEPOINT unit");
    try {
      queued.run();
      if (!queued.single) this.#execute("RELEASE unit");
      return { kind: "done" };
    } catch (error) {
      // A full disk or a failed write can roll back the transaction by itself, and with it the units before this one.
      if (!this.#database.inTransaction) throw error;
      if (!queued.single) {
        this.#execute("ROLLBACK TO unit");
        this.#execute("RELEASE unit");
      } else if (queued.touched) {
        // Its statement has run and there is no savepoint to go back to.
        throw error;
      }
      return { kind: "failed", error };
    }
  }

  #rollBack(): void {
    try {
      if (this.#database.inTransaction) this.#execute("ROLLBACK");
    } catch {
      // Callers are told of the first failure; a transaction that is still open fails the next BEGIN.
    }
  }

  #execute(sql: string): void {
    this.#statements.run({ sql, parameters: [] }, "write");
  }
}
