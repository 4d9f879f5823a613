import Database from "better-sqlite3";
import { sql } from "kysely";
import { beforeEach, describe, expect, test } from "vitest";
import { fixed, raw } from "../src/index.js";
import { sqliteCompiler } from "../src/sqlite/dialect.js";
import { StatementCache } from "../src/sqlite/statement-cache.js";
import { eventOf, openStore, refreshOf, signIn } from "./support/sessions.js";

describe("the statement cache", () => {
  let connection: Database.Database;
  let cache: StatementCache;
  beforeEach(() => {
    connection = new Database(":memory:");
    connection.exec("CREATE TABLE numbers (n INTEGER)");
    cache = new StatementCache(connection);
  });
  const run = (text: string, ...parameters: unknown[]) => cache.run({ sql: text, parameters }, "write");

  test("prepares each text once, whatever its parameters", () => {
    for (let n = 0; n < 5; n++) run("INSERT INTO numbers VALUES (?)", n);
    expect(run("SELECT n FROM numbers WHERE n >= ?", 3)).toEqual({ rows: [{ n: 3 }, { n: 4 }], changes: 0 });
    expect(cache.prepareCount).toBe(2);
  });

  test("answers how many rows a statement changed, also where it returns them", () => {
    run("INSERT INTO numbers VALUES (1), (2), (3)");
    expect(run("UPDATE numbers SET n = n + 10 WHERE n > ?", 1)).toEqual({ rows: [], changes: 2 });
    expect(run("DELETE FROM numbers WHERE n > ? RETURNING n", 12)).toEqual({ rows: [{ n: 13 }], changes: 1 });
  });

  test("forgets the oldest text where there are too many, and prepares it anew", () => {
    for (let n = 0; n <= 1000; n++) run(`SELECT ${n}`);
    expect(cache.prepareCount).toBe(1001);
    run("SELECT 1000");
    expect(cache.prepareCount).toBe(1001);
    run("SELECT 0");
    expect(cache.prepareCount).toBe(1002);
  });

  test("goes on after the schema has changed", () => {
    run("SELECT * FROM numbers");
    connection.exec("ALTER TABLE numbers ADD COLUMN name TEXT DEFAULT 'x'");
    run("INSERT INTO numbers (n) VALUES (1)");
    expect(run("SELECT * FROM numbers").rows).toEqual([{ n: 1, name: "x" }]);
  });
});

describe("a statement that is compiled once", () => {
  test("keeps its text, fills each value in where it belongs and leaves constants alone", () => {
    const queries = sqliteCompiler<Record<never, never>>();
    let compilations = 0;
    const statement = fixed<unknown, { a: number; b: string }>((slot) => {
      compilations += 1;
      return raw(queries, sql`SELECT ${slot("a")}, ${"constant"}, ${slot("b")}, ${slot("a")}`);
    });
    const first = statement({ a: 1, b: "x" }).compile();
    const second = statement({ a: 2, b: "y" }).compile();
    expect([first.sql, first.parameters]).toEqual(["SELECT ?, ?, ?, ?", [1, "constant", "x", 1]]);
    expect([second.sql, second.parameters]).toEqual(["SELECT ?, ?, ?, ?", [2, "constant", "y", 2]]);
    expect(compilations).toBe(1);
  });
});

test("the store asks the same texts whatever it is asked about", async () => {
  const { database, store } = await openStore();
  const texts = new Set<string>();
  const prototype = StatementCache.prototype;
  const original = prototype.run;
  prototype.run = function (statement, access) {
    texts.add(statement.sql);
    return original.call(this, statement, access);
  };
  try {
    const once = async (n: number): Promise<void> => {
      await signIn(store, `account-${n}`, "user", `session-${n}`);
      await store.refreshSession(refreshOf(`account-${n}`, `session-${n}`));
      await store.readSession(`account-${n}`, `session-${n}`);
      await store.listActiveUsers(`account-${n}`, 10 + n);
      await store.readFeed({ cursor: String(n), sinceMs: n });
      await store.recordEvent(`account-${n}`, eventOf("session.proof_failed"), `key-${n}`);
    };
    await once(1);
    const afterOne = texts.size;
    for (let n = 2; n < 6; n++) await once(n);
    expect(texts.size).toBe(afterOne);
  } finally {
    prototype.run = original;
    await database.close();
  }
});
