import pg from "pg";
import type { Request, Unit } from "../unit.js";
import { type Connection, type ResponseTimeout, SET_LOCAL_TIMEOUTS } from "./connections.js";
import { advisoryLockId, SERVER_CLOCK } from "./dialect.js";
import { ConnectionError } from "./errors.js";

/** The channel on which commits are announced. */
export const CHANNEL = "curfew_feed";

/**
 * A transaction that has run for longer is not committed. Replicas keep feed rows for the lifetime of an
 * access token plus 90 seconds: a row that commits later could already be too old to keep when it is read.
 */
const MAX_TRANSACTION_MS = 60_000;

const BEGIN = {
  read: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
  write: "BEGIN ISOLATION LEVEL READ COMMITTED",
} as const;

export interface TransactionOptions {
  readonly access: keyof typeof BEGIN;
  /** Statements of a schema change, sent together with BEGIN. Such a transaction has no time limits. */
  readonly setup?: string;
  /** The lock that the unit said it takes first. */
  readonly lock?: string | undefined;
  /** Replaces the server's clock in tests. */
  readonly now: (() => number) | null;
  readonly pooled: boolean;
}

/** Runs a unit in a transaction. */
export class Transaction {
  readonly #connection: Connection;
  readonly #options: TransactionOptions;
  /** On the monotonic clock, in milliseconds; null before BEGIN is sent. */
  #begunAt: number | null = null;
  #announces = false;

  constructor(connection: Connection, options: TransactionOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /**
   * Runs a unit and commits it. If the unit throws, rolls back and throws its error; else throws as
   * `Connection.run` does.
   */
  async run<T>(unit: Unit<T>): Promise<T> {
    try {
      const value = await runUnit(unit, (request) => this.#answer(request));
      await this.#commit();
      return value;
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
  }

  async #answer(request: Request): Promise<unknown> {
    const { lock } = this.#options;
    if (this.#begunAt === null && lock !== undefined && (request.kind !== "lock" || request.key !== lock))
      throw new Error(`the unit does not begin with the lock "${lock}"`);
    switch (request.kind) {
      case "statement":
        await this.#begin();
        return this.#connection.run(request.statement, this.#responseTimeout);
      case "clock":
      case "stated_clock":
        return this.#readClock();
      case "lock":
        return this.#readClock(
          `SELECT pg_advisory_xact_lock(${advisoryLockId(pg.escapeLiteral(request.key))})`,
        );
      case "try_lock":
        return this.#tryLock(request.accountIds);
      case "announce":
        if (this.#options.access === "read")
          throw new Error("announce() is not allowed in a read transaction");
        this.#announces = true;
        return undefined;
    }
  }

  /** Reads the clock. @param before a statement that runs first, in the same round trip */
  async #readClock(before?: string): Promise<number> {
    const { now } = this.#options;
    if (now !== null) {
      if (before !== undefined) await this.#script(before);
      return now();
    }
    const { rows } = await this.#script(
      ...(before === undefined ? [] : [before]),
      `SELECT ${SERVER_CLOCK} AS now, pg_is_in_recovery() AS standby`,
    );
    const state = rows[0] as { now: number; standby: boolean };
    // A unit that reads the clock decides about sessions, and a standby may lack the latest revocations.
    if (state.standby) throw new ConnectionError("the database is a standby");
    return state.now;
  }

  async #tryLock(accountIds: readonly string[]): Promise<ReadonlySet<string>> {
    await this.#begin();
    const { rows } = await this.#connection.run(
      {
        sql: `SELECT id FROM unnest(CAST($1 AS TEXT[])) AS id WHERE pg_try_advisory_xact_lock(${advisoryLockId("id")})`,
        parameters: [accountIds],
      },
      this.#responseTimeout,
    );
    return new Set((rows as { id: string }[]).map((row) => row.id));
  }

  get #isUnlimited(): boolean {
    return this.#options.setup !== undefined;
  }

  get #responseTimeout(): ResponseTimeout {
    if (this.#isUnlimited) return "none";
    return this.#options.access === "read" ? "short" : "long";
  }

  /** Runs statements in one round trip, preceded by BEGIN if it has not been sent. */
  async #script(...statements: readonly string[]): Promise<{ rows: readonly unknown[]; command: string }> {
    const script = this.#begunAt === null ? [...this.#beginStatements(), ...statements] : statements;
    this.#begunAt ??= performance.now();
    return this.#connection.script(script.join("; "), this.#isUnlimited ? "none" : "short");
  }

  async #begin(): Promise<void> {
    if (this.#begunAt === null) await this.#script();
  }

  #beginStatements(): readonly string[] {
    const { access, setup, pooled } = this.#options;
    return [BEGIN[access], ...(pooled ? [SET_LOCAL_TIMEOUTS] : []), ...(setup === undefined ? [] : [setup])];
  }

  async #commit(): Promise<void> {
    if (this.#begunAt === null) return;
    if (!this.#isUnlimited && performance.now() - this.#begunAt > MAX_TRANSACTION_MS)
      throw new ConnectionError("the transaction took too long");
    const { command } = await this.#script(...(this.#announces ? [`NOTIFY ${CHANNEL}`] : []), "COMMIT");
    // COMMIT of a failed transaction succeeds with the command tag ROLLBACK.
    if (command !== "COMMIT") throw new ConnectionError("the database did not commit");
  }

  async #rollBack(): Promise<void> {
    // The server rolls back by itself when the connection breaks.
    if (this.#begunAt === null || this.#connection.isBroken) return;
    try {
      await this.#connection.script("ROLLBACK", "short");
    } catch {
      this.#connection.markBroken();
    }
  }
}

/** Runs a unit of one statement without a transaction, in one round trip. Throws as `Connection.run` does. */
export async function runSingleStatement<T>(
  connection: Connection,
  unit: Unit<T>,
  now: (() => number) | null,
): Promise<T> {
  let hasExecuted = false;
  return await runUnit(unit, (request) => {
    switch (request.kind) {
      case "statement":
        if (hasExecuted) throw new Error("a unit without a transaction must be one statement");
        hasExecuted = true;
        return connection.run(request.statement, "short");
      case "stated_clock":
        return now?.() ?? null;
      default:
        throw new Error(`a unit without a transaction can't request "${request.kind}"`);
    }
  });
}

async function runUnit<T>(unit: Unit<T>, answer: (request: Request) => unknown): Promise<T> {
  let step = unit.next();
  while (!step.done) step = unit.next(await answer(step.value));
  return step.value;
}
