import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Curfew, CurfewError, createCurfew } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { createSqlStore, migrateStore, openSqlite, type SqlDatabase } from "../../src/index.js";
import type { DatabaseKind } from "../support/databases.js";
import type { SqlStore } from "../support/sessions.js";
import { Bustle } from "./bustle.js";

const SECRET = new Uint8Array(32).fill(7);

/** Where a story is played. */
export interface Site {
  readonly kind: DatabaseKind;
  /** How many engines there are on the one database. */
  readonly replicas: number;
}

export interface MachineOptions {
  /** SQLite and one engine where it is null. */
  site: Site | null;
  onDisk: boolean;
  graceSeconds: number;
  sessionsPerUser: number;
}

/** The engine on its store, alone or as several replicas that take turns, which can lose its power. */
export class Machine {
  readonly #bustle = new Bustle();
  readonly clock = new FakeClock(undefined, () => this.#bustle.over());
  readonly #options: MachineOptions;
  readonly #directory: string | null;
  #database: SqlDatabase | null = null;
  #replicas: Curfew[] = [];
  #turn = 0;
  #wakes: (() => void)[] = [];
  #isCutOff = false;

  constructor(options: MachineOptions) {
    this.#options = options;
    const inFile = options.site === null && options.onDisk;
    this.#directory = inFile ? mkdtempSync(join(tmpdir(), "curfew-model-")) : null;
  }

  /** The replica whose turn it is: each time another. */
  get curfew(): Curfew {
    this.#turn += 1;
    const replica = this.#replicas[this.#turn % this.#replicas.length];
    if (replica === undefined) throw new Error("the machine is off");
    return replica;
  }

  async start(): Promise<void> {
    if (this.#database === null) {
      this.#database = await this.#open();
      await migrateStore(this.#database);
    }
    const { site, sessionsPerUser, graceSeconds } = this.#options;
    this.#isCutOff = false;
    for (let nth = 0; nth < (site?.replicas ?? 1); nth++)
      this.#replicas.push(
        createCurfew({
          store: this.#watched(createSqlStore(this.#cuttable(this.#database))),
          secret: SECRET,
          issuer: "https://curfew.example",
          sessionsPerUser,
          rotationGraceSeconds: graceSeconds,
          clock: this.clock,
          scheduler: this.clock,
        }),
      );
    for (const replica of this.#replicas) await replica.ready();
    await this.#bustle.over();
  }

  /** From here on nothing is written any more, whatever is asked. */
  cutOff(): void {
    this.#isCutOff = true;
  }

  /** Ends all that is in memory. A database in a file is closed and opened again; another stays. */
  async crash(): Promise<void> {
    this.#turnOff();
    if (this.#directory !== null) {
      await this.#database?.close();
      this.#database = null;
    }
    await this.start();
  }

  /** Lets every timer that is due run, so that each replica has heard of everything. */
  async catchUp(): Promise<void> {
    await this.clock.advance(0);
  }

  /** Tells every replica of what the others did: where there are several, that takes a moment, and here no time. */
  async spread(): Promise<void> {
    if (this.#wakes.length === 0) return;
    for (const wake of this.#wakes) wake();
    await this.#bustle.over();
  }

  async sweepAll(): Promise<void> {
    while ((await this.curfew.sweep()).more);
  }

  async stop(): Promise<void> {
    this.#turnOff();
    await this.#bustle.over();
    await this.#database?.close();
    if (this.#directory !== null) rmSync(this.#directory, { recursive: true });
  }

  async #open(): Promise<SqlDatabase> {
    const { site } = this.#options;
    if (site !== null) return site.kind.open(this.clock.now);
    const path = this.#directory === null ? null : join(this.#directory, "curfew.db");
    return openSqlite({ path, now: this.clock.now });
  }

  #turnOff(): void {
    for (const replica of this.#replicas) replica.close();
    this.#replicas = [];
    this.#wakes = [];
  }

  /** Among several replicas, the machine hands on who is to be woken. */
  #watched(store: SqlStore): SqlStore {
    const busy = this.#bustle.of(store);
    if (this.#options.site === null) return busy;
    return {
      ...busy,
      watchFeed: (wake) => {
        this.#wakes.push(wake);
        return { stop() {} };
      },
    };
  }

  #cuttable(database: SqlDatabase): SqlDatabase {
    return {
      ...database,
      write: (unit, options) =>
        this.#isCutOff
          ? Promise.reject(new CurfewError("unavailable", { retryAfterSeconds: 1 }))
          : database.write(unit, options),
    };
  }
}
