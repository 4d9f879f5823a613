import type Database from "better-sqlite3";
import type { Statement, StatementResult } from "../unit.js";

/** More texts than any program of fixed statements has; a text made anew for each call can't fill the memory. */
const MOST_STATEMENTS = 1000;

/** Runs statements, each text prepared once: preparing costs ten times what running does. */
export class StatementCache {
  readonly #database: Database.Database;
  readonly #prepared = new Map<string, Database.Statement>();
  #prepareCount = 0;

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** How many statements have been prepared so far. */
  get prepareCount(): number {
    return this.#prepareCount;
  }

  /** Runs `statement`. @param access `read` refuses a statement that writes, before it runs */
  run(statement: Statement, access: "read" | "write"): StatementResult {
    const prepared = this.#prepare(statement.sql);
    if (access === "read" && !prepared.readonly)
      throw new Error(`a unit that reads must not write: ${statement.sql}`);
    if (!prepared.reader) return { rows: [], changes: prepared.run(...statement.parameters).changes };
    const rows = prepared.all(...statement.parameters);
    return { rows, changes: prepared.readonly ? 0 : rows.length };
  }

  #prepare(text: string): Database.Statement {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    const prepared = this.#database.prepare(text);
    this.#prepareCount += 1;
    if (this.#prepared.size >= MOST_STATEMENTS)
      for (const oldest of this.#prepared.keys()) {
        this.#prepared.delete(oldest);
        break;
      }
    this.#prepared.set(text, prepared);
    return prepared;
  }
}
