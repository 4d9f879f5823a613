import type Database from "better-sqlite3";
import type { Statement, StatementResult } from "../unit.js";

/**
 * More than any program has fixed statements; bounds the memory for statements whose text differs with each
 * call.
 */
const MAX_STATEMENTS = 1000;

/** Runs statements and prepares each text once: preparing takes ten times as long as running. */
export class StatementCache {
  readonly #database: Database.Database;
  readonly #prepared = new Map<string, Database.Statement>();
  #prepareCount = 0;

  constructor(database: Database.Database) {
    this.#database = database;
  }

  get prepareCount(): number {
    return this.#prepareCount;
  }

  /** Runs a statement. @param access `read` rejects a statement that writes, before it runs */
  run(statement: Statement, access: "read" | "write"): StatementResult {
    const prepared = this.#prepare(statement.sql);
    if (access === "read" && !prepared.readonly)
      throw new Error(`a read transaction must not write: ${statement.sql}`);
    const parameters = asUtf8(statement.parameters);
    if (!prepared.reader) return { rows: [], changes: prepared.run(...parameters).changes };
    const rows = prepared.all(...parameters);
    return { rows, changes: prepared.readonly ? 0 : rows.length };
  }

  #prepare(text: string): Database.Statement {
    const cached = this.#prepared.get(text);
    if (cached !== undefined) return cached;
    // A host may have its connection answer with BigInt.
    const prepared = this.#database.prepare(text).safeIntegers(false);
    this.#prepareCount += 1;
    if (this.#prepared.size >= MAX_STATEMENTS)
      for (const oldest of this.#prepared.keys()) {
        this.#prepared.delete(oldest);
        break;
      }
    this.#prepared.set(text, prepared);
    return prepared;
  }
}

/** ES2024, and in Node since 20. */
type WithWellFormed = string & { isWellFormed(): boolean; toWellFormed(): string };

/** The driver stores half of a surrogate pair as three bytes that are no UTF-8 and reads them as three characters. */
function asUtf8(parameters: readonly unknown[]): readonly unknown[] {
  for (const value of parameters)
    if (typeof value === "string" && !(value as WithWellFormed).isWellFormed())
      return parameters.map((one) =>
        typeof one === "string" ? (one as WithWellFormed).toWellFormed() : one,
      );
  return parameters;
}
