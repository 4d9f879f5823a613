import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Curfew, CurfewError, createCurfew } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { createSqlStore, migrateStore, openSqlite, type SqlDatabase } from "../../src/index.js";

const SECRET = new Uint8Array(32).fill(7);

export interface MachineOptions {
  onDisk: boolean;
  graceSeconds: number;
  sessionsPerUser: number;
}

/** The engine on its SQLite store, which can lose its power. */
export class Machine {
  readonly clock = new FakeClock();
  readonly #options: MachineOptions;
  readonly #directory: string | null;
  #database: SqlDatabase | null = null;
  #curfew: Curfew | null = null;
  #isCutOff = false;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.#directory = options.onDisk ? mkdtempSync(join(tmpdir(), "curfew-model-")) : null;
  }

  get curfew(): Curfew {
    if (this.#curfew === null) throw new Error("the machine is off");
    return this.#curfew;
  }

  async start(): Promise<void> {
    if (this.#database === null) {
      const path = this.#directory === null ? null : join(this.#directory, "curfew.db");
      this.#database = openSqlite({ path, now: this.clock.now });
      await migrateStore(this.#database);
    }
    const { sessionsPerUser, graceSeconds } = this.#options;
    this.#isCutOff = false;
    this.#curfew = createCurfew({
      store: createSqlStore(this.#cuttable(this.#database)),
      secret: SECRET,
      issuer: "https://curfew.example",
      sessionsPerUser,
      rotationGraceSeconds: graceSeconds,
      clock: this.clock,
      scheduler: this.clock,
    });
    await this.#curfew.ready();
  }

  /** From here on nothing is written any more, whatever is asked. */
  cutOff(): void {
    this.#isCutOff = true;
  }

  /** Ends all that is in memory. A database in a file is closed and opened again; one in memory stays. */
  async crash(): Promise<void> {
    this.#curfew?.close();
    this.#curfew = null;
    if (this.#directory !== null) {
      await this.#database?.close();
      this.#database = null;
    }
    await this.start();
  }

  /** Lets every timer that is due run, so that the replica has heard of everything. */
  async catchUp(): Promise<void> {
    await this.clock.advance(0);
  }

  async sweepAll(): Promise<void> {
    while ((await this.curfew.sweep()).more);
  }

  async stop(): Promise<void> {
    this.#curfew?.close();
    await this.#database?.close();
    if (this.#directory !== null) rmSync(this.#directory, { recursive: true });
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
