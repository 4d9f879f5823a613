import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { PoolState } from "../database.js";
import { Connection, type ConnectionSource, StatementNames } from "./connection.js";
import { CONNECT_TIMEOUT_MS, connectionConfig, withFullMode } from "./connection-config.js";
import { loadPg } from "./driver.js";
import { isElsewhere, isFull, toConnectionError } from "./errors.js";
import type { Servers } from "./servers.js";
import { makeDurable } from "./session-settings.js";
import { within } from "./within.js";

/** With several servers, how long one may take before the others are asked: the rest of the time is for them. */
const ONE_SERVER_TIMEOUT_MS = 1000;
/** How long the pool asks for no more connections than it has, after the server refused one more. */
const MAKE_DO_MS = 10_000;
const FULL_RETRY_MS = 50;
const IDLE_CONNECTION_TIMEOUT_MS = 30_000;

export interface ConnectionsOptions {
  readonly servers: Servers;
  /** The servers are transaction poolers. */
  readonly pooled: boolean;
  /** Maximum number of connections. */
  readonly size: number;
}

/** Statements are sent without waiting for the results of those before them. The types of `pg` lack the option. */
const PIPELINED: object = { pipeline: true };

/** Makes each new connection to the server that was the primary last. */
const clientOf = (servers: Servers): (new () => pg.ClientBase) =>
  class extends loadPg().Client {
    constructor(config?: pg.ClientConfig) {
      super({
        ...config,
        connectionString: withFullMode(servers.next),
        connectionTimeoutMillis: ONE_SERVER_TIMEOUT_MS,
      });
    }
  };

/** The connection pool of a process. */
export class Connections implements ConnectionSource {
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
    this.#pool = new (loadPg().Pool)({
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
