import Database from "better-sqlite3";
import { beforeEach, describe, expect, test } from "vitest";
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

  test("returns the number of changed rows, also for a statement that returns rows", () => {
    run("INSERT INTO numbers VALUES (1), (2), (3)");
    expect(run("UPDATE numbers SET n = n + 10 WHERE n > ?", 1)).toEqual({ rows: [], changes: 2 });
    expect(run("DELETE FROM numbers WHERE n > ? RETURNING n", 12)).toEqual({ rows: [{ n: 13 }], changes: 1 });
  });

  test("drops the oldest text above the limit, and prepares it again when needed", () => {
    for (let n = 0; n <= 1000; n++) run(`SELECT ${n}`);
    expect(cache.prepareCount).toBe(1001);
    run("SELECT 1000");
    expect(cache.prepareCount).toBe(1001);
    run("SELECT 0");
    expect(cache.prepareCount).toBe(1002);
  });

  test("keeps working after a schema change", () => {
    run("SELECT * FROM numbers");
    connection.exec("ALTER TABLE numbers ADD COLUMN name TEXT DEFAULT 'x'");
    run("INSERT INTO numbers (n) VALUES (1)");
    expect(run("SELECT * FROM numbers").rows).toEqual([{ n: 1, name: "x" }]);
  });
});

test("the texts of the store's statements do not depend on the arguments", async () => {
  const { database, store } = await openStore();
  const texts = new Set<string>();
  const prototype = StatementCache.prototype;
  const original = prototype.run;
  prototype.run = function (statement, access) {
    texts.add(statement.sql);
    return original.call(this, statement, access);
  };
  try {
    const callAll = async (n: number): Promise<void> => {
      await signIn(store, `account-${n}`, "user", `session-${n}`);
      await store.refreshSession(refreshOf(`account-${n}`, `session-${n}`));
      await store.readSession(`account-${n}`, `session-${n}`);
      await store.listActiveUsers(`account-${n}`, 10 + n);
      await store.readFeed({ cursor: String(n), sinceMs: n });
      await store.recordEvent(`account-${n}`, eventOf("session.proof_failed"), `key-${n}`);
    };
    await callAll(1);
    const sizeAfterFirst = texts.size;
    for (let n = 2; n < 6; n++) await callAll(n);
    expect(texts.size).toBe(sizeAfterFirst);
  } finally {
    prototype.run = original;
    await database.close();
  }
});
