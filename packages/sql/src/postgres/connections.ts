import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { PoolState } from "../database.js";
import type { Statement, StatementResult } from "../unit.js";
import {
  CONNECT_TIMEOUT_MS,
  connectionConfig,
  IDLE_TRANSACTION_TIMEOUT_MS,
  LOCK_TIMEOUT_MS,
  STATEMENT_TIMEOUT_MS,
  withFullMode,
} from "./connection-config.js";
import { breaksConnection, ConnectionError, isElsewhere, isFull } from "./errors.js";
import type { Servers } from "./servers.js";
import { within } from "./within.js";

/** With several servers, how long one may take before the others are asked: the rest of the time is for them. */
const ONE_SERVER_TIMEOUT_MS = 1000;
/** How long the pool asks for no more connections than it has, after the server refused one more. */
const MAKE_DO_MS = 10_000;
const FULL_RETRY_MS = 50;
const IDLE_CONNECTION_TIMEOUT_MS = 30_000;

/**
 * Client-side limits on the wait for a response. They are the only ones that hold when the network drops all
 * packets.
 */
const RESPONSE_TIMEOUT_MS = {
  /** For statements that take milliseconds, or wait for a lock. */
  short: 2700,
  long: STATEMENT_TIMEOUT_MS + 2000,
  /** For schema changes; `pg` reads 0 as no limit. */
  none: 0,
} as const;
export type ResponseTimeout = keyof typeof RESPONSE_TIMEOUT_MS;

/** Makes commits durable where the settings of the role or the database say that they need not be; stricter ones stay. */
const durable = (scope: "session" | "transaction"): string =>
  `SELECT set_config('synchronous_commit', 'on', ${scope === "transaction"}) WHERE current_setting('synchronous_commit') = 'off'`;
export const DURABLE_TRANSACTION = durable("transaction");

/** Sets the timeouts for one transaction: a connection behind a transaction pooler can't keep them. */
export const SET_LOCAL_TIMEOUTS = [
  `SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
  `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`,
  `SET LOCAL idle_in_transaction_session_timeout = ${IDLE_TRANSACTION_TIMEOUT_MS}`,
].join("; ");

export interface ConnectionsOptions {
  readonly servers: Servers;
  /** The servers are transaction poolers. */
  readonly pooled: boolean;
  /** Maximum number of connections. */
  readonly size: number;
}

/** Statements are sent without waiting for the results of those before them. The types of `pg` lack the option. */
const PIPELINED: object = { pipeline: true };

/**
 * More than any program has fixed statements; bounds the server's memory for statements whose text differs
 * with each call.
 */
const MAX_STATEMENT_NAMES = 1000;

/** Names each statement by a hash of its text, so that the server prepares it once per connection. */
class StatementNames {
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

async function makeDurable(client: pg.ClientBase): Promise<void> {
  await client.query({
    text: durable("session"),
    query_timeout: RESPONSE_TIMEOUT_MS.short,
  } as pg.QueryConfig);
}

/** A connection that one caller uses until it is released. */
export class Connection {
  readonly #client: pg.PoolClient;
  readonly #names: StatementNames | null;
  #isBroken = false;

  constructor(client: pg.PoolClient, names: StatementNames | null) {
    this.#client = client;
    this.#names = names;
  }

  /**
   * Runs a statement. Throws `pg.DatabaseError`, or `ConnectionError`, which makes the connection unusable.
   */
  async run(statement: Statement, timeout: ResponseTimeout): Promise<StatementResult> {
    const [result] = await this.send([statement], timeout);
    return result as CommandResult;
  }

  /**
   * Sends all parts before it waits for the results, so that they take one round trip. A script is several statements without
   * parameters; its result is that of the last one. Throws the first error, as `run` does.
   */
  async send(
    parts: readonly (Statement | Script)[],
    timeout: ResponseTimeout,
  ): Promise<readonly CommandResult[]> {
    const { stream } = (this.#client as unknown as { connection: { stream: Duplex } }).connection;
    // All parts leave in one write, so that the first one is not answered before the last one is sent.
    stream.cork();
    const sent = parts.map((part) => this.#query(part, timeout));
    stream.uncork();
    const outcomes = await Promise.allSettled(sent);
    // In a transaction, the statements after a failed one fail for no reason of their own.
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) {
      const error = toConnectionError(failed.reason);
      this.#isBroken ||= breaksConnection(error);
      throw error;
    }
    return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  }

  async #query(part: Statement | Script, timeout: ResponseTimeout): Promise<CommandResult> {
    const results: unknown = await this.#client.query({
      ...("script" in part ? { text: part.script } : this.#prepared(part)),
      query_timeout: RESPONSE_TIMEOUT_MS[timeout],
    } as pg.QueryConfig);
    const { rows, command, rowCount } = (Array.isArray(results) ? results.at(-1) : results) as pg.QueryResult;
    return { rows, command, changes: command === "SELECT" ? 0 : (rowCount ?? 0) };
  }

  #prepared({ sql, parameters }: Statement): pg.QueryConfig {
    const name = this.#names?.of(sql);
    return { text: sql, values: [...parameters], ...(name === undefined ? {} : { name }) };
  }

  /** Returns the connection to the pool, or closes it if it is broken. */
  release(): void {
    this.#client.release(this.#isBroken);
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Makes `release` close the connection, because its state is unknown. */
  markBroken(): void {
    this.#isBroken = true;
  }
}

/** Makes each new connection to the server that was the primary last. */
const clientOf = (servers: Servers): (new () => pg.ClientBase) =>
  class extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      super({
        ...config,
        connectionString: withFullMode(servers.next),
        connectionTimeoutMillis: ONE_SERVER_TIMEOUT_MS,
      });
    }
  };

/** The connection pool of a process. */
export class Connections {
  readonly #pool: pg.Pool;
  readonly #servers: Servers;
  readonly #names: StatementNames | null;
  readonly #size: number;
  #making: NodeJS.Timeout | undefined;

  constructor(options: ConnectionsOptions) {
    const { servers, pooled } = options;
    this.#servers = servers;
    this.#size = options.size;
    this.#names = pooled ? null : new StatementNames();
    this.#pool = new pg.Pool({
      ...connectionConfig(servers.next, pooled),
      ...(servers.areSeveral ? { Client: clientOf(servers) } : {}),
      ...PIPELINED,
      max: options.size,
      idleTimeoutMillis: IDLE_CONNECTION_TIMEOUT_MS,
      onConnect: async (client) => {
        await Promise.all([
          servers.areSeveral ? servers.requirePrimary(client) : null,
          pooled ? null : makeDurable(client),
        ]);
      },
      // Idle connections must not keep a process alive.
      allowExitOnIdle: true,
    });
    // An idle connection that breaks leaves the pool by itself; without a listener the event would end the
    // process.
    this.#pool.on("error", () => {});
    // A connection that breaks in use rejects its query, and also emits an event that needs a listener.
    this.#pool.on("connect", (client) => client.on("error", () => {}));
  }

  /**
   * Waits for a connection, at most 2.5 seconds from `startedAt`, on the monotonic clock. Throws `ConnectionError` after a timeout, and `pg.DatabaseError` if the server
   * refuses.
   */
  async acquire(startedAt = performance.now()): Promise<Connection> {
    const giveUpAt = startedAt + CONNECT_TIMEOUT_MS;
    for (let hasLookedElsewhere = false; ; ) {
      const url = this.#servers.areSeveral ? await this.#find(giveUpAt) : this.#servers.next;
      try {
        return new Connection(await this.#connect(giveUpAt), this.#names);
      } catch (error) {
        if (isFull(error)) {
          this.#makeDo();
          // Where the server lets this process have none at all, another may leave one.
          if (this.#pool.totalCount === 0) await sleep(FULL_RETRY_MS);
        } else if (this.#servers.areSeveral && !hasLookedElsewhere && isElsewhere(error)) {
          hasLookedElsewhere = true;
          this.#servers.distrust(url);
        } else throw toConnectionError(error);
      }
    }
  }

  /** Finds the one of several servers that a new connection is made to. */
  async #find(giveUpAt: number): Promise<string> {
    try {
      return await within(giveUpAt, this.#servers.find());
    } catch (error) {
      throw toConnectionError(error);
    }
  }

  /** Takes a connection from the pool. One that comes too late goes back to it. */
  #connect(giveUpAt: number): Promise<pg.PoolClient> {
    const connecting = this.#pool.connect();
    const giveBack = (): void => {
      connecting.then(
        (client) => client.release(),
        () => {},
      );
    };
    return within(giveUpAt, connecting, giveBack);
  }

  /** Makes calls wait for the connections that there are, for a while: the server allows fewer than the pool wants. */
  #makeDo(): void {
    const { options, totalCount } = this.#pool;
    options.max = Math.max(1, Math.min(options.max, totalCount));
    clearTimeout(this.#making);
    this.#making = setTimeout(() => {
      options.max = this.#size;
    }, MAKE_DO_MS);
    this.#making.unref();
  }

  get state(): PoolState {
    return { open: this.#pool.totalCount, idle: this.#pool.idleCount, waiting: this.#pool.waitingCount };
  }

  close(): Promise<void> {
    clearTimeout(this.#making);
    return this.#pool.end();
  }
}

/** Errors of `pg` that the server did not send are about the connection, except invalid arguments. */
function toConnectionError(error: unknown): unknown {
  if (error instanceof pg.DatabaseError || error instanceof TypeError || error instanceof RangeError)
    return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ConnectionError(`the database can't be reached: ${message}`, { cause: error });
}
