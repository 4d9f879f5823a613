import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Curfew, CurfewError, createCurfew, type Ending } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { createSqlStore, migrateStore, openSqlite, type SqlDatabase } from "../../src/index.js";
import { type DatabaseKind, reusedSqlite } from "../support/databases.js";
import { PendingCalls } from "../support/pending-calls.js";
import type { SqlStore } from "../support/sessions.js";

const inMemory = reusedSqlite();
const SECRET = new Uint8Array(32).fill(7);

/** Databases whose every write fails. */
const disconnected = new WeakSet<SqlDatabase>();
const stores = new WeakMap<SqlDatabase, Map<number, SqlStore>>();

/** The store on a database, made once: it compiles statements, which takes as long as a tenth of a scenario. */
function storeOn(database: SqlDatabase, settledAtOnce: number): SqlStore {
  const made = stores.get(database) ?? new Map<number, SqlStore>();
  stores.set(database, made);
  const disconnectable: SqlDatabase = {
    ...database,
    write: (unit, options) =>
      disconnected.has(database)
        ? Promise.reject(new CurfewError("unavailable", { retryAfterSeconds: 1 }))
        : database.write(unit, options),
  };
  const store = made.get(settledAtOnce) ?? createSqlStore(disconnectable, { settledAtOnce });
  made.set(settledAtOnce, store);
  return store;
}

/** The database of all scenarios, and the number of engines on it. */
export interface Deployment {
  readonly kind: DatabaseKind;
  readonly replicas: number;
}

export interface TestEngineOptions {
  /** Null for engines on SQLite, as many as `replicas` says. */
  deployment: Deployment | null;
  replicas: number;
  onDisk: boolean;
  graceSeconds: number;
  settledAtOnce: number;
  shadowLimit: number;
  sessionsPerUser: number;
  governedSince: number | null;
  hostDecidesOwners: boolean;
}

/** The engine on its store, as one or several replicas on a fake clock. It can crash and restart. */
export class TestEngine {
  readonly #calls = new PendingCalls();
  readonly clock = new FakeClock(undefined, () => this.#calls.settled());
  readonly #options: TestEngineOptions;
  readonly #directory: string | null;
  #database: SqlDatabase | null = null;
  #replicas: Curfew[] = [];
  #nextReplica = 0;
  #feedWatchers: (() => void)[] = [];
  /** What the listeners of each replica have heard. */
  heard: Ending[][] = [];

  constructor(options: TestEngineOptions) {
    this.#options = options;
    const usesFile = options.deployment === null && options.onDisk;
    this.#directory = usesFile ? mkdtempSync(join(tmpdir(), "curfew-model-")) : null;
  }

  get #replicaCount(): number {
    return this.#options.deployment?.replicas ?? this.#options.replicas;
  }

  /** The next replica; each access returns another one in turn. */
  get curfew(): Curfew {
    this.#nextReplica += 1;
    const replica = this.#replicas[this.#nextReplica % this.#replicas.length];
    if (replica === undefined) throw new Error("the engine is not running");
    return replica;
  }

  /** The number of the replica that was last returned. */
  get process(): number {
    return this.#nextReplica % this.#replicas.length;
  }

  async start(): Promise<void> {
    if (this.#database === null) {
      this.#database = await this.#open();
      await migrateStore(this.#database);
    }
    const { sessionsPerUser, graceSeconds, shadowLimit, settledAtOnce } = this.#options;
    const { governedSince, hostDecidesOwners } = this.#options;
    disconnected.delete(this.#database);
    const store = storeOn(this.#database, settledAtOnce);
    for (let nth = 0; nth < this.#replicaCount; nth++)
      this.#replicas.push(
        createCurfew({
          store: this.#observed(store),
          secret: SECRET,
          issuer: "https://curfew.example",
          sessionsPerUser,
          ...(governedSince === null ? {} : { governedSince }),
          ...(hostDecidesOwners ? { owners: "host" as const } : {}),
          rotationGraceSeconds: graceSeconds,
          shadowLimit,
          clock: this.clock,
          scheduler: this.clock,
        }),
      );
    this.heard = this.#replicas.map((replica) => {
      const heard: Ending[] = [];
      replica.onEnding((ending) => heard.push(ending));
      return heard;
    });
    for (const replica of this.#replicas) await replica.ready();
    await this.#calls.settled();
  }

  /** Makes every further write fail as unavailable, until the next start. */
  disconnect(): void {
    if (this.#database !== null) disconnected.add(this.#database);
  }

  /**
   * Discards all memory and restarts. A database file is closed and reopened; any other database stays open.
   */
  async crash(): Promise<void> {
    this.#closeReplicas();
    if (this.#directory !== null) {
      await this.#database?.close();
      this.#database = null;
    }
    await this.start();
  }

  /** Runs all timers that are due, so that each replica has read the feed. */
  async runTimers(): Promise<void> {
    await this.clock.advance(0);
  }

  /**
   * Makes every replica read the feed, which takes no time on the fake clock, and waits until its listeners have heard. A single
   * replica reads it at the database's own notification.
   */
  async propagate(): Promise<void> {
    for (const wake of this.#feedWatchers) wake();
    await this.#calls.settled();
  }

  async sweepAll(): Promise<void> {
    while ((await this.curfew.sweep()).more);
  }

  async stop(): Promise<void> {
    this.#closeReplicas();
    await this.#calls.settled();
    await this.#database?.close();
    if (this.#directory !== null) rmSync(this.#directory, { recursive: true });
  }

  async #open(): Promise<SqlDatabase> {
    const { deployment } = this.#options;
    if (deployment !== null) return deployment.kind.open(this.clock.now);
    if (this.#directory === null) return inMemory.open(this.clock.now);
    return openSqlite({ path: join(this.#directory, "curfew.db"), now: this.clock.now });
  }

  #closeReplicas(): void {
    for (const replica of this.#replicas) replica.close();
    this.#replicas = [];
    this.#feedWatchers = [];
  }

  /**
   * Tracks the calls of a store. With several replicas, `propagate` replaces the database's notifications.
   */
  #observed(store: SqlStore): SqlStore {
    const tracked = this.#calls.track(store);
    if (this.#replicaCount === 1) return tracked;
    return {
      ...tracked,
      watchFeed: (wake) => {
        this.#feedWatchers.push(wake);
        return { stop() {} };
      },
    };
  }
}
