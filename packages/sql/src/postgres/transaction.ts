import pg from "pg";
import type { Request, Unit } from "../unit.js";
import { type Connection, LIMITS_STATED, type Patience } from "./connections.js";
import { lockKeyOf, SERVER_CLOCK } from "./dialect.js";
import { drive } from "./drive.js";
import { ConnectionError } from "./errors.js";

/** The channel on which commits are announced. */
export const CHANNEL = "curfew_feed";

/**
 * No transaction commits that began longer ago: replicas remember the feed's rows for a minute and a half past a token's life, so
 * one that committed later could be forgotten as soon as it is heard of.
 */
const COMMITTED_WITHIN_MS = 60_000;

/** What stands at the beginning of each transaction. */
const BEGIN = {
  read: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
  write: "BEGIN ISOLATION LEVEL READ COMMITTED",
} as const;

export interface TransactionOptions {
  readonly access: keyof typeof BEGIN;
  /** Of a change of the schema: runs right after the beginning, in the same round trip, and lifts all bounds on time. */
  readonly opening?: string;
  /** A clock in the place of the server's, for tests. */
  readonly now: (() => number) | null;
  readonly pooled: boolean;
}

/** Runs units of any number of statements, each in a transaction of its own. */
export class Transaction {
  readonly #connection: Connection;
  readonly #options: TransactionOptions;
  /** On the monotonic clock, in milliseconds; null where nothing was asked yet. */
  #begunAt: number | null = null;
  #announces = false;

  constructor(connection: Connection, options: TransactionOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Runs `unit` to its end and commits. Throws what it throws, with nothing kept of it, and as `Connection.run` does. */
  async run<T>(unit: Unit<T>): Promise<T> {
    try {
      const value = await drive(unit, (request) => this.#answer(request));
      await this.#commit();
      return value;
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
  }

  async #answer(request: Request): Promise<unknown> {
    switch (request.kind) {
      case "statement":
        await this.#begin();
        return this.#connection.run(request.statement, this.#patience);
      case "clock":
      case "stated_clock":
        return this.#clock();
      case "lock":
        return this.#clock(`SELECT pg_advisory_xact_lock(${lockKeyOf(pg.escapeLiteral(request.key))})`);
      case "lock_free":
        return this.#lockFree(request.accountIds);
      case "announce":
        if (this.#options.access === "read") throw new Error("a unit that reads has nothing to announce");
        this.#announces = true;
        return undefined;
    }
  }

  /** The clock, read after `before` in the same round trip. */
  async #clock(before?: string): Promise<number> {
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
    // Whatever is dated decides about sessions, and a standby may not have heard yet of what ended them.
    if (state.standby) throw new ConnectionError("the database is a standby");
    return state.now;
  }

  async #lockFree(accountIds: readonly string[]): Promise<ReadonlySet<string>> {
    await this.#begin();
    const { rows } = await this.#connection.run(
      {
        sql: `SELECT id FROM unnest(CAST($1 AS TEXT[])) AS id WHERE pg_try_advisory_xact_lock(${lockKeyOf("id")})`,
        parameters: [accountIds],
      },
      this.#patience,
    );
    return new Set((rows as { id: string }[]).map((row) => row.id));
  }

  get #isUnbounded(): boolean {
    return this.#options.opening !== undefined;
  }

  get #patience(): Patience {
    if (this.#isUnbounded) return "endless";
    return this.#options.access === "read" ? "short" : "long";
  }

  /** Runs texts in one round trip, after the beginning where there was none yet. */
  async #script(...texts: readonly string[]): Promise<{ rows: readonly unknown[]; command: string }> {
    const script = this.#begunAt === null ? [...this.#opening(), ...texts] : texts;
    this.#begunAt ??= performance.now();
    return this.#connection.script(script.join("; "), this.#isUnbounded ? "endless" : "short");
  }

  async #begin(): Promise<void> {
    if (this.#begunAt === null) await this.#script();
  }

  #opening(): readonly string[] {
    const { access, opening, pooled } = this.#options;
    return [BEGIN[access], ...(pooled ? [LIMITS_STATED] : []), ...(opening === undefined ? [] : [opening])];
  }

  async #commit(): Promise<void> {
    if (this.#begunAt === null) return;
    if (!this.#isUnbounded && performance.now() - this.#begunAt > COMMITTED_WITHIN_MS)
      throw new ConnectionError("the transaction took too long");
    const texts = this.#announces ? [`NOTIFY ${CHANNEL}`, "COMMIT"] : ["COMMIT"];
    const { command } = await this.#script(...texts);
    // A server that could not commit says so by what it did instead.
    if (command !== "COMMIT") throw new ConnectionError("the database did not commit");
  }

  async #rollBack(): Promise<void> {
    // A server rolls back by itself what a broken connection left, and no answer would come.
    if (this.#begunAt === null || this.#connection.isBroken) return;
    try {
      await this.#connection.script("ROLLBACK", "short");
    } catch {
      this.#connection.spoil();
    }
  }
}
