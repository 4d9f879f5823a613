import { setTimeout as sleep } from "node:timers/promises";
import type Database from "better-sqlite3";
import { unavailable } from "../database.js";
import type { Request, Statement, StatementResult, Unit } from "../unit.js";
import { translateError } from "./errors.js";
import type { StatementCache } from "./statement-cache.js";

/** How long units wait for the end of a transaction that a host has open, and how often it is looked for. */
const MAX_WAIT_MS = 2500;
const LOOK_AGAIN_MS = 2;

/** `PRAGMA synchronous`: commits are durable from this level on. */
const FULL = 2;

/** Maximum number of units per commit; it bounds how long the first unit waits for the last one. */
const MAX_UNITS_PER_COMMIT = 512;

/** Answers the requests of a unit. */
export interface UnitHost {
  execute(statement: Statement): StatementResult;
  now(): number;
  announce(): void;
}

/** Runs a unit synchronously. Throws what the unit or one of its statements throws. */
export function runUnit<T>(unit: Unit<T>, host: UnitHost): T {
  let step = unit.next();
  while (!step.done) step = unit.next(answer(step.value, host));
  return step.value;
}

function answer(request: Request, host: UnitHost): unknown {
  switch (request.kind) {
    case "statement":
      return host.execute(request.statement);
    // No lock is needed: no other unit runs at the same time.
    case "clock":
    case "stated_clock":
    case "lock":
      return host.now();
    case "try_lock":
      return new Set(request.accountIds);
    case "announce":
      return host.announce();
    case "several":
      return request.requests.map((each) => answer(each, host));
  }
}

/** A unit that waits for its commit. */
interface QueuedUnit {
  /** Needs no savepoint, because it is one statement. */
  readonly single: boolean;
  /** At least one of its statements has run. */
  readonly hasExecuted: boolean;
  /** It called `announce`. */
  readonly announces: boolean;
  /** On the monotonic clock, in milliseconds. */
  readonly queuedAt: number;
  /** Runs the unit inside the open transaction and keeps its result. Throws what the unit throws. */
  run(): void;
  /** Resolves the caller's promise with the result. */
  resolve(): void;
  reject(error: unknown): void;
}

type UnitOutcome = { readonly kind: "done" } | { readonly kind: "failed"; readonly error: unknown };

/**
 * Commits concurrent writes as one transaction, so that they share one fsync. Each unit has its own
 * savepoint, so that a unit that fails is rolled back alone. No unit is answered before the commit has
 * returned.
 */
export class GroupCommit {
  readonly #database: Database.Database;
  readonly #statements: StatementCache;
  readonly #now: () => number;
  readonly #onAnnounced: () => void;
  readonly #isShared: boolean;
  #queue: QueuedUnit[] = [];
  #scheduled = false;
  /** A transaction of ours is open. */
  #hasBegun = false;

  constructor(
    database: Database.Database,
    statements: StatementCache,
    options: { now: () => number; onAnnounced: () => void; isShared: boolean },
  ) {
    this.#database = database;
    this.#statements = statements;
    this.#now = options.now;
    this.#onAnnounced = options.onAnnounced;
    this.#isShared = options.isShared;
  }

  /** Runs a unit in the next commit. @param single the unit is one statement */
  write<T>(unit: () => Unit<T>, single: boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#queue.push(this.#queued(unit, single, { resolve, reject }));
      this.#schedule();
    });
  }

  /** Runs and commits all queued units immediately. */
  flush(): void {
    while (this.#queue.length > 0) this.#commitNext();
  }

  /** Resolves once all queued units have run, after a transaction that the host has open. */
  async drain(): Promise<void> {
    while (this.#queue.length > 0) {
      if (this.#isHeld) {
        this.#rejectLate();
        await sleep(LOOK_AGAIN_MS);
      } else this.#commitNext();
    }
  }

  /** Whether the host has a transaction open on its connection. It must be neither joined nor ended. */
  get #isHeld(): boolean {
    return this.#isShared && this.#database.inTransaction && !this.#hasBegun;
  }

  #rejectLate(): void {
    const giveUp = performance.now() - MAX_WAIT_MS;
    while (this.#queue[0] !== undefined && this.#queue[0].queuedAt <= giveUp)
      this.#queue.shift()?.reject(unavailable("another transaction is open on the database"));
  }

  #queued<T>(
    unit: () => Unit<T>,
    single: boolean,
    caller: { resolve(value: T): void; reject(error: unknown): void },
  ): QueuedUnit {
    let hasExecuted = false;
    let announces = false;
    let resolve = (): void => {};
    const host: UnitHost = {
      now: this.#now,
      announce: () => {
        announces = true;
      },
      execute: (statement) => {
        if (single && hasExecuted) throw new Error("a unit without a savepoint must be one statement");
        const result = this.#statements.run(statement, "write");
        hasExecuted = true;
        return result;
      },
    };
    return {
      single,
      queuedAt: performance.now(),
      get hasExecuted() {
        return hasExecuted;
      },
      get announces() {
        return announces;
      },
      run() {
        const value = runUnit(unit(), host);
        resolve = () => caller.resolve(value);
      },
      resolve: () => resolve(),
      reject: (error) => caller.reject(error),
    };
  }

  #schedule(): void {
    if (this.#scheduled || this.#queue.length === 0) return;
    this.#scheduled = true;
    const turn = (): void => {
      if (this.#isHeld) this.#rejectLate();
      if (this.#isHeld && this.#queue.length > 0) {
        setTimeout(turn, LOOK_AGAIN_MS);
        return;
      }
      this.#scheduled = false;
      try {
        this.#commitNext();
      } finally {
        this.#schedule();
      }
    };
    setImmediate(turn);
  }

  #commitNext(): void {
    const batch = this.#queue.splice(0, MAX_UNITS_PER_COMMIT);
    if (batch.length === 0) return;
    const outcomes = this.#commit(batch);
    let announced = false;
    for (const [index, queued] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind === "failed") queued.reject(translateError(outcome.error));
      else {
        queued.resolve();
        announced ||= queued.announces;
      }
    }
    if (announced) this.#onAnnounced();
  }

  /** Runs the batch as one transaction. If the commit fails, every unit fails as `unavailable`. */
  #commit(batch: readonly QueuedUnit[]): readonly UnitOutcome[] {
    let level: number | undefined;
    try {
      if (this.#isShared) level = this.#makeDurable();
      this.#execute("BEGIN IMMEDIATE");
      this.#hasBegun = true;
      const outcomes = batch.map((queued) => this.#runInSavepoint(queued));
      this.#execute("COMMIT");
      this.#hasBegun = false;
      return outcomes;
    } catch (cause) {
      this.#rollBack();
      const error = unavailable("the database could not commit", cause);
      return batch.map(() => ({ kind: "failed", error }));
    } finally {
      if (level !== undefined && this.#database.open) this.#database.pragma(`synchronous = ${level}`);
    }
  }

  /** Makes this commit durable on a host's connection whose commits need not be. Returns the level to set again after it. */
  #makeDurable(): number | undefined {
    const level = this.#database.pragma("synchronous", { simple: true }) as number;
    if (level >= FULL) return undefined;
    this.#database.pragma(`synchronous = ${FULL}`);
    return level;
  }

  /** Runs a unit and reports its failure as an outcome. Throws only if the whole transaction is lost. */
  #runInSavepoint(queued: QueuedUnit): UnitOutcome {
    if (!queued.single) this.#execute("SAVEPOINT unit");
    try {
      queued.run();
      if (!queued.single) this.#execute("RELEASE unit");
      return { kind: "done" };
    } catch (error) {
      // A full disk or a failed write can make SQLite roll back the transaction, and the earlier units with
      // it.
      if (!this.#database.inTransaction) throw error;
      if (!queued.single) {
        this.#execute("ROLLBACK TO unit");
        this.#execute("RELEASE unit");
      } else if (queued.hasExecuted) {
        // The statement took effect, and there is no savepoint to roll back to.
        throw error;
      }
      return { kind: "failed", error };
    }
  }

  #rollBack(): void {
    try {
      if (this.#database.inTransaction) this.#execute("ROLLBACK");
      this.#hasBegun = false;
    } catch {
      // Callers get the first error; a transaction that is still open makes the next BEGIN fail.
    }
  }

  #execute(sql: string): void {
    this.#statements.run({ sql, parameters: [] }, "write");
  }
}
