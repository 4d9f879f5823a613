import { setTimeout as sleep } from "node:timers/promises";
import type { PoolState } from "../database.js";
import { Connection, type ConnectionSource } from "./connection.js";
import { CONNECT_TIMEOUT_MS } from "./connection-config.js";
import { isFull, toConnectionError } from "./errors.js";
import type { PostgresPool, PostgresPoolClient } from "./pool.js";
import { within } from "./within.js";

const FULL_RETRY_MS = 50;

/** A client without a listener would end the process when its connection breaks while it is in use. */
const ignoreError = (): void => {};

/** The connections of a host's pool. They go back as they came: with no setting, statement or lock of ours. */
export class HostConnections implements ConnectionSource {
  readonly #pool: PostgresPool;
  #inUse = 0;
  #whenUnused: () => void = () => {};

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  async acquire(startedAt = performance.now()): Promise<Connection> {
    const giveUpAt = startedAt + CONNECT_TIMEOUT_MS;
    for (;;)
      try {
        return this.#lent(await this.#connect(giveUpAt));
      } catch (error) {
        if (!isFull(error)) throw toConnectionError(error);
        await sleep(FULL_RETRY_MS);
      }
  }

  #connect(giveUpAt: number): Promise<PostgresPoolClient> {
    const connecting = this.#pool.connect();
    const giveBack = (): void => {
      connecting.then(
        (client) => client.release(),
        () => {},
      );
    };
    return within(giveUpAt, connecting, giveBack);
  }

  /** Counts a client until it is released. */
  #lent(client: PostgresPoolClient): Connection {
    this.#inUse += 1;
    client.on("error", ignoreError);
    return new Connection(client, null, (isBroken) => {
      client.removeListener("error", ignoreError);
      client.release(isBroken);
      this.#inUse -= 1;
      if (this.#inUse === 0) this.#whenUnused();
    });
  }

  get state(): PoolState {
    return { open: this.#pool.totalCount, idle: this.#pool.idleCount, waiting: this.#pool.waitingCount };
  }

  /** The pool stays open: it is the host's. */
  async close(): Promise<void> {
    if (this.#inUse > 0)
      await new Promise<void>((resolve) => {
        this.#whenUnused = resolve;
      });
  }
}
