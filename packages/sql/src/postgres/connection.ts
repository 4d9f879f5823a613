import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import type pg from "pg";
import type { PoolState } from "../database.js";
import type { Statement, StatementResult } from "../unit.js";
import { STATEMENT_TIMEOUT_MS } from "./connection-config.js";
import { breaksConnection, toConnectionError } from "./errors.js";
import type { PostgresPoolClient, PostgresQuery } from "./pool.js";
import { RESULT_TYPES } from "./values.js";

/**
 * Client-side limits on the wait for a response. They are the only ones that hold when the network drops all
 * packets.
 */
export const RESPONSE_TIMEOUT_MS = {
  /** For statements that take milliseconds, or wait for a lock. */
  short: 2700,
  long: STATEMENT_TIMEOUT_MS + 2000,
  /** For schema changes; `pg` reads 0 as no limit. */
  none: 0,
} as const;
export type ResponseTimeout = keyof typeof RESPONSE_TIMEOUT_MS;

/**
 * More than any program has fixed statements; bounds the server's memory for statements whose text differs
 * with each call.
 */
const MAX_STATEMENT_NAMES = 1000;

/** Names each statement by a hash of its text, so that the server prepares it once per connection. */
export class StatementNames {
  readonly #names = new Map<string, string>();

  /** Returns undefined, for an unprepared statement, once the limit is reached. */
  of(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= MAX_STATEMENT_NAMES) return known;
    const name = createHash("sha256").update(text).digest("base64url").slice(0, 22);
    this.#names.set(text, name);
    return name;
  }
}

/** Statements without parameters, separated by semicolons. */
export interface Script {
  readonly script: string;
}

export interface CommandResult extends StatementResult {
  /** The command tag, such as `COMMIT`. */
  readonly command: string;
}

type Outcomes = readonly PromiseSettledResult<CommandResult>[];

/** A connection that one caller uses until it is released. */
export class Connection {
  readonly #client: PostgresPoolClient;
  readonly #names: StatementNames | null;
  readonly #release: (isBroken: boolean) => void;
  #isBroken = false;

  /** @param names null prepares no statement */
  constructor(
    client: PostgresPoolClient,
    names: StatementNames | null,
    release = (isBroken: boolean): void => client.release(isBroken),
  ) {
    this.#client = client;
    this.#names = names;
    this.#release = release;
  }

  /**
   * Runs a statement. Throws `pg.DatabaseError`, or `ConnectionError`, which makes the connection unusable.
   */
  async run(statement: Statement, timeout: ResponseTimeout): Promise<StatementResult> {
    const [result] = await this.send([statement], timeout);
    return result as CommandResult;
  }

  /**
   * Sends all parts before it waits for the results, so that they take one round trip, unless the client of a host's pool is not
   * pipelined. A script is several statements without parameters; its result is that of the last one. Throws the first error, as
   * `run` does.
   */
  async send(
    parts: readonly (Statement | Script)[],
    timeout: ResponseTimeout,
  ): Promise<readonly CommandResult[]> {
    const outcomes = await (isPipelined(this.#client)
      ? this.#sendTogether(parts, timeout)
      : this.#sendInTurn(parts, timeout));
    // In a transaction, the statements after a failed one fail for no reason of their own.
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) {
      const error = toConnectionError(failed.reason);
      this.#isBroken ||= breaksConnection(error);
      throw error;
    }
    return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  }

  #sendTogether(parts: readonly (Statement | Script)[], timeout: ResponseTimeout): Promise<Outcomes> {
    const stream = streamOf(this.#client);
    // All parts leave in one write, so that the first one is not answered before the last one is sent.
    stream?.cork();
    const sent = parts.map((part) => this.#query(part, timeout));
    stream?.uncork();
    return Promise.allSettled(sent);
  }

  /** Also sends what comes after a failure, since a COMMIT may: it ends the transaction. */
  async #sendInTurn(parts: readonly (Statement | Script)[], timeout: ResponseTimeout): Promise<Outcomes> {
    const outcomes = [];
    for (const part of parts) outcomes.push(...(await Promise.allSettled([this.#query(part, timeout)])));
    return outcomes;
  }

  async #query(part: Statement | Script, timeout: ResponseTimeout): Promise<CommandResult> {
    const results: unknown = await this.#client.query({
      ...("script" in part ? { text: part.script } : this.#prepared(part)),
      types: RESULT_TYPES as never,
      query_timeout: RESPONSE_TIMEOUT_MS[timeout],
    });
    const { rows, command, rowCount } = (Array.isArray(results) ? results.at(-1) : results) as pg.QueryResult;
    return { rows, command, changes: command === "SELECT" ? 0 : (rowCount ?? 0) };
  }

  #prepared({ sql, parameters }: Statement): PostgresQuery {
    const name = this.#names?.of(sql);
    return { text: sql, values: [...parameters], ...(name === undefined ? {} : { name }) };
  }

  /** Returns the connection to the pool, or closes it if it is broken. */
  release(): void {
    this.#release(this.#isBroken);
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Makes `release` close the connection, because its state is unknown. */
  markBroken(): void {
    this.#isBroken = true;
  }
}

/** Where transactions get their connections from. */
export interface ConnectionSource {
  /**
   * Waits for a connection, at most 2.5 seconds from `startedAt`, on the monotonic clock. Throws `ConnectionError` after a timeout, and
   * the server's error if it refuses.
   */
  acquire(startedAt?: number): Promise<Connection>;
  readonly state: PoolState;
  /** Resolves once no connection is in use. */
  close(): Promise<void>;
}

/** Whether a client sends a statement before the one before it is answered: a host's does not unless it was told to. */
const isPipelined = (client: PostgresPoolClient): boolean =>
  (client as { pipeline?: boolean }).pipeline === true;

/** The socket of a client; none where a host's pool uses the native bindings. */
const streamOf = (client: PostgresPoolClient): Duplex | undefined =>
  (client as { connection?: { stream?: Duplex } }).connection?.stream;
