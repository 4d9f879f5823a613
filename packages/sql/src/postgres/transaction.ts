import type { Request, Statement, Unit } from "../unit.js";
import type { CommandResult, Connection, ResponseTimeout, Script } from "./connection.js";
import { advisoryLockId, SERVER_CLOCK } from "./dialect.js";
import { ConnectionError } from "./errors.js";
import { DURABLE_TRANSACTION, SET_LOCAL_TIMEOUTS } from "./session-settings.js";
import { literal } from "./values.js";

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

const READ_CLOCK = `SELECT ${SERVER_CLOCK} AS now, pg_is_in_recovery() AS standby`;

const TRY_LOCK = `SELECT id FROM unnest(CAST($1 AS TEXT[])) AS id WHERE pg_try_advisory_xact_lock(${advisoryLockId("id")})`;

export interface TransactionOptions {
  readonly access: keyof typeof BEGIN;
  /** Statements of a schema change, sent together with BEGIN. Such a transaction has no time limits. */
  readonly setup?: string;
  /** The lock that the unit said it takes first. */
  readonly lock?: string | undefined;
  /** See `WriteOptions.patient`. */
  readonly patient?: boolean;
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
  /** COMMIT has been sent. */
  #isOver = false;

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
    if (this.#isOver) throw new Error("the unit requests something after its last round trip");
    if (request.kind === "announce") return this.#announce();
    if (request.kind === "stated_clock") return this.#options.now?.() ?? null;
    this.#requireLockFirst(request);
    const isLast = request.kind === "several" && request.isLast;
    const parts = this.#partsOf(request);
    const results = (await this.#send(parts, isLast)).values();
    return this.#read(request, results);
  }

  #announce(): void {
    if (this.#options.access === "read") throw new Error("announce() is not allowed in a read transaction");
    this.#announces = true;
  }

  #requireLockFirst(request: Request): void {
    const { lock } = this.#options;
    if (this.#begunAt !== null || lock === undefined) return;
    const first = request.kind === "several" ? request.requests[0] : request;
    if (first?.kind !== "lock" || first.key !== lock)
      throw new Error(`the unit does not begin with the lock "${lock}"`);
  }

  /** What is sent for a request; `#read` takes one result for each part. */
  #partsOf(request: Request): readonly (Statement | Script)[] {
    const isSimulated = this.#options.now !== null;
    switch (request.kind) {
      case "statement":
        return [request.statement];
      case "clock":
        return isSimulated ? [] : [{ script: READ_CLOCK }];
      case "lock": {
        const lock = `SELECT pg_advisory_xact_lock(${advisoryLockId(literal(request.key))})`;
        return [{ script: isSimulated ? lock : `${lock}; ${READ_CLOCK}` }];
      }
      case "try_lock":
        return [{ sql: TRY_LOCK, parameters: [request.accountIds] }];
      case "several":
        return request.requests.flatMap((each) => this.#partsOf(each));
      default:
        return [];
    }
  }

  #read(request: Request, results: Iterator<CommandResult>): unknown {
    const next = (): CommandResult => results.next().value as CommandResult;
    const { now } = this.#options;
    switch (request.kind) {
      case "statement":
        return next();
      case "clock":
        return now === null ? timeIn(next()) : now();
      case "lock": {
        const result = next();
        return now === null ? timeIn(result) : now();
      }
      case "try_lock":
        return new Set((next().rows as { id: string }[]).map((row) => row.id));
      case "several":
        return request.requests.map((each) => this.#read(each, results));
      default:
        throw new Error(`"${request.kind}" can't be one of several requests`);
    }
  }

  get #isUnlimited(): boolean {
    return this.#options.setup !== undefined;
  }

  get #responseTimeout(): ResponseTimeout {
    if (this.#isUnlimited) return "none";
    return this.#options.patient === true ? "long" : "short";
  }

  /** Sends parts in one round trip: after BEGIN, if it has not been sent, and before COMMIT if they are the last. */
  async #send(parts: readonly (Statement | Script)[], isLast: boolean): Promise<readonly CommandResult[]> {
    const before = this.#begunAt === null ? [{ script: this.#beginScript() }] : [];
    if (isLast) this.#requireInTime();
    this.#begunAt ??= performance.now();
    this.#isOver = isLast;
    const after = isLast ? [{ script: this.#commitScript() }] : [];
    const all = [...before, ...parts, ...after];
    const timeout = parts.some((part) => !("script" in part)) ? this.#responseTimeout : "short";
    const results = await this.#connection.send(all, this.#isUnlimited ? "none" : timeout);
    if (isLast) requireCommitted(results.at(-1));
    return results.slice(before.length, all.length - after.length);
  }

  #beginScript(): string {
    const { access, setup, pooled } = this.#options;
    return [
      BEGIN[access],
      ...(pooled ? [SET_LOCAL_TIMEOUTS] : []),
      ...(pooled && access === "write" ? [DURABLE_TRANSACTION] : []),
      ...(setup === undefined ? [] : [setup]),
    ].join("; ");
  }

  #commitScript(): string {
    return this.#announces ? `NOTIFY ${CHANNEL}; COMMIT` : "COMMIT";
  }

  #requireInTime(): void {
    const begunAt = this.#begunAt ?? performance.now();
    if (!this.#isUnlimited && performance.now() - begunAt > MAX_TRANSACTION_MS)
      throw new ConnectionError("the transaction took too long");
  }

  async #commit(): Promise<void> {
    if (this.#begunAt !== null && !this.#isOver) await this.#send([], true);
  }

  async #rollBack(): Promise<void> {
    // The server rolls back by itself when the connection breaks, and answers COMMIT of a failed transaction with ROLLBACK.
    if (this.#begunAt === null || this.#isOver || this.#connection.isBroken) return;
    try {
      await this.#connection.send([{ script: "ROLLBACK" }], "short");
    } catch {
      this.#connection.markBroken();
    }
  }
}

function timeIn({ rows }: CommandResult): number {
  const state = rows[0] as { now: number; standby: boolean };
  // A unit that reads the clock decides about sessions, and a standby may lack the latest revocations.
  if (state.standby) throw new ConnectionError("the database is a standby");
  return state.now;
}

function requireCommitted(result: CommandResult | undefined): void {
  // COMMIT of a failed transaction succeeds with the command tag ROLLBACK.
  if (result?.command !== "COMMIT") throw new ConnectionError("the database did not commit");
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
