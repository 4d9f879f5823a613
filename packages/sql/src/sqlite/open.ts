import { randomBytes as nodeRandomBytes } from "node:crypto";
import { createUuidv7, type RandomBytes } from "@curfew/core";
import type { SqlDatabase } from "../database.js";
import { unavailable } from "../unavailable.js";
import { openConnection } from "./connection.js";
import { sqliteCompiler, sqliteDialect } from "./dialect.js";
import { drive } from "./drive.js";
import { translateError } from "./errors.js";
import { GroupCommit } from "./group-commit.js";
import { StatementCache } from "./statements.js";

export interface OpenSqliteOptions {
  /** The database's file, made where there is none; null keeps all in memory, for tests. */
  readonly path: string | null;
  /** The database's clock, in milliseconds since the Unix epoch; this machine's unless told. */
  readonly now?: () => number;
  readonly randomBytes?: RandomBytes;
}

/**
 * Opens an SQLite database for this process alone. Throws `DatabaseOpenError` (`in_use`, `not_a_database`, `cannot_open`).
 *
 * @example const database = openSqlite({ path: "data/curfew.db" });
 */
export function openSqlite(options: OpenSqliteOptions): SqlDatabase {
  const now = options.now ?? (() => Date.now());
  const randomBytes = options.randomBytes ?? nodeRandomBytes;
  const connection = openConnection(options.path);
  const statements = new StatementCache(connection);
  const listeners = new Set<() => void>();
  const commits = new GroupCommit(connection, statements, {
    now,
    onAnnounced: () => {
      for (const wake of [...listeners]) wake();
    },
  });
  const readHost = {
    now,
    announce: () => {
      throw new Error("a unit that reads has nothing to announce");
    },
    execute: (statement: Parameters<StatementCache["run"]>[0]) => statements.run(statement, "read"),
  };
  let closed = false;

  return {
    dialect: sqliteDialect,
    queries: <Tables>() => sqliteCompiler<Tables>(),
    async read(unit) {
      if (closed) throw unavailable("the database is closed");
      try {
        // One connection, and drains run to their end: between two statements of a read nothing can be written.
        return drive(unit(), readHost);
      } catch (error) {
        throw translateError(error);
      }
    },
    async write(unit, writeOptions) {
      if (closed) throw unavailable("the database is closed");
      return commits.write(unit, writeOptions?.single ?? false);
    },
    listen(wake) {
      listeners.add(wake);
      return { stop: () => listeners.delete(wake) };
    },
    alter: (unit) => commits.write(unit, false),
    newId: createUuidv7(randomBytes),
    poolState: () => null,
    async close() {
      if (closed) return;
      closed = true;
      commits.flush();
      connection.close();
    },
  };
}
