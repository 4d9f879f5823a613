import pg from "pg";
import type { PoolState } from "../database.js";
import type { Statement, StatementResult } from "../unit.js";
import { breaksConnection, ConnectionError } from "./errors.js";
import { StatementNames } from "./statement-names.js";
import { parseValues } from "./values.js";

/** How long whoever asks waits for a connection, a new one or another's, in milliseconds. */
const CONNECT_WITHIN_MS = 3000;
/** The longest that the server works on a statement, in milliseconds. */
const STATEMENT_WITHIN_MS = 25_000;
/** The longest that a statement waits for a lock. */
const LOCK_WITHIN_MS = 2000;
/** After this long without a word of its client the server gives a transaction up. */
const IDLE_TRANSACTION_MS = 10_000;
const IDLE_CONNECTION_MS = 30_000;
/**
 * A prepared statement is planned once for a connection. Left to itself the server plans some anew each time, which can take longer
 * than they do: it takes a deadline that it does not know yet to be past for a third of all sessions. For the same reason it
 * might compile a statement to machine code that reads a few rows.
 */
const PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan -c jit=off";

/** How long an answer is waited for: where a network swallows all there is no other end to it. */
const ANSWER_WITHIN_MS = {
  /** Of work that takes milliseconds, or waits for a lock at most. */
  short: 4000,
  long: STATEMENT_WITHIN_MS + 2000,
  /** Of a change of the schema. `pg` takes zero for no bound. */
  endless: 0,
} as const;
export type Patience = keyof typeof ANSWER_WITHIN_MS;

/** The statement says how long it may take: what a pooler that shares connections can't keep with the connection. */
export const LIMITS_STATED = `SET LOCAL statement_timeout = ${STATEMENT_WITHIN_MS}; SET LOCAL lock_timeout = ${LOCK_WITHIN_MS}`;

export interface ConnectionsOptions {
  readonly url: string;
  /** A pooler stands between that hands each transaction another connection. */
  readonly pooled: boolean;
  /** The most connections at a time. */
  readonly size: number;
}

/** What every connection of Curfew's is opened with. */
export const connectionConfig = (url: string, pooled: boolean): pg.ClientConfig => ({
  connectionString: url,
  connectionTimeoutMillis: CONNECT_WITHIN_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: 5000,
  application_name: "curfew",
  types: parseValues,
  ...(pooled
    ? {}
    : {
        statement_timeout: STATEMENT_WITHIN_MS,
        lock_timeout: LOCK_WITHIN_MS,
        idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
        options: PLANNED_ONCE,
      }),
});

/** One connection, in one caller's hands until it is released. */
export class Connection {
  readonly #client: pg.PoolClient;
  readonly #names: StatementNames | null;
  #broken = false;

  constructor(client: pg.PoolClient, names: StatementNames | null) {
    this.#client = client;
    this.#names = names;
  }

  /** Runs a statement. Throws `ConnectionError`, after which the connection is of no more use, and `pg.DatabaseError`. */
  async run(statement: Statement, patience: Patience): Promise<StatementResult> {
    const name = this.#names?.of(statement.sql);
    const result = await this.#guard(
      this.#client.query({
        text: statement.sql,
        values: [...statement.parameters],
        ...(name === undefined ? {} : { name }),
        query_timeout: ANSWER_WITHIN_MS[patience],
      } as pg.QueryConfig),
    );
    return { rows: result.rows, changes: result.command === "SELECT" ? 0 : (result.rowCount ?? 0) };
  }

  /** Runs a text of several statements in one round trip, and answers the rows of the last. Throws as `run` does. */
  async script(text: string, patience: Patience): Promise<{ rows: readonly unknown[]; command: string }> {
    const answered: unknown = await this.#guard(
      this.#client.query({ text, query_timeout: ANSWER_WITHIN_MS[patience] } as pg.QueryConfig),
    );
    const last = (Array.isArray(answered) ? answered.at(-1) : answered) as pg.QueryResult;
    return { rows: last.rows, command: last.command };
  }

  /** Hands the connection back, and closes it where it broke. */
  release(): void {
    this.#client.release(this.#broken);
  }

  /** Nothing more can be asked over it. */
  get isBroken(): boolean {
    return this.#broken;
  }

  /** Closes the connection at its release: its state is not known. */
  spoil(): void {
    this.#broken = true;
  }

  async #guard<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      const known = asKnown(error);
      this.#broken ||= breaksConnection(known);
      throw known;
    }
  }
}

/** The connections of one process to one database. */
export class Connections {
  readonly #pool: pg.Pool;
  readonly #names: StatementNames | null;

  constructor(options: ConnectionsOptions) {
    this.#names = options.pooled ? null : new StatementNames();
    this.#pool = new pg.Pool({
      ...connectionConfig(options.url, options.pooled),
      max: options.size,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      // A connection in the pool keeps no process alive that has nothing else to do.
      allowExitOnIdle: true,
    });
    // One that breaks while nobody uses it has left the pool by now; whoever asks next opens another.
    this.#pool.on("error", () => {});
    // One that breaks in somebody's hands fails what is asked of it, and says so by an event as well that must be heard.
    this.#pool.on("connect", (client) => client.on("error", () => {}));
  }

  /** Waits for a connection. Throws `ConnectionError` where none came in time, and `pg.DatabaseError` where none is given. */
  async take(): Promise<Connection> {
    try {
      return new Connection(await this.#pool.connect(), this.#names);
    } catch (error) {
      throw asKnown(error);
    }
  }

  get state(): PoolState {
    return { open: this.#pool.totalCount, idle: this.#pool.idleCount, waiting: this.#pool.waitingCount };
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

/** Whatever `pg` throws that the server did not say is about the connection. */
function asKnown(error: unknown): unknown {
  if (error instanceof pg.DatabaseError || error instanceof TypeError || error instanceof RangeError)
    return error;
  const said = error instanceof Error ? error.message : String(error);
  return new ConnectionError(`the database can't be reached: ${said}`, { cause: error });
}
