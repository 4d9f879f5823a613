import { randomBytes } from "node:crypto";
import { createCurfew } from "@curfew/core";
import Database from "better-sqlite3";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { all, createSqlStore, migrateStore, openSqlite, raw, type SqlDatabase } from "../src/index.js";
import { outcomeOf } from "./support/outcomes.js";
import { signIn } from "./support/sessions.js";
import { tempDatabasePath } from "./support/temp-directory.js";

const SETTINGS = [
  "locking_mode",
  "journal_mode",
  "synchronous",
  "foreign_keys",
  "trusted_schema",
  "cache_size",
  "temp_store",
  "journal_size_limit",
  "secure_delete",
  "busy_timeout",
];

let host: Database.Database;
let database: SqlDatabase;

const settings = () => SETTINGS.map((name) => [name, host.pragma(name, { simple: true })]);
const openSessions = () => host.prepare("SELECT count(*) FROM curfew_sessions").pluck().get();
const notes = () => host.prepare("SELECT text FROM notes").pluck().all();
const turn = () => new Promise((resolve) => setImmediate(resolve));

const readPragma = (name: string) => () =>
  all(raw(database.queries(), sql<Record<string, unknown>>`${sql.raw(`PRAGMA ${name}`)}`));

beforeEach(async () => {
  host = new Database(tempDatabasePath());
  host.pragma("journal_mode = WAL");
  host.exec("CREATE TABLE notes (text TEXT)");
  database = openSqlite({ database: host });
  await migrateStore(database);
});

afterEach(async () => {
  await database.close();
  host.close();
});

test("a host's connection keeps all of its settings, whatever is written over it", async () => {
  const before = settings();
  expect(before).toContainEqual(["synchronous", 1]);
  expect(before).toContainEqual(["locking_mode", "normal"]);
  await signIn(createSqlStore(database), "acme", "ada", "one");
  await database.emptyLog();
  expect([settings(), openSessions()]).toEqual([before, 1]);
});

test("a commit over a host's connection is durable where the host's own need not be", async () => {
  expect(await database.write(readPragma("synchronous"))).toEqual([{ synchronous: 2 }]);
  expect(host.pragma("synchronous", { simple: true })).toBe(1);
});

test("a write waits for the transaction that a host has open, and leaves its end to the host", async () => {
  host.exec("BEGIN; INSERT INTO notes VALUES ('taken back')");
  const signedIn = signIn(createSqlStore(database), "acme", "ada", "one");
  for (let turns = 0; turns < 5; turns += 1) await turn();
  expect([host.inTransaction, openSessions(), notes()]).toEqual([true, 0, ["taken back"]]);
  host.exec("ROLLBACK");
  await signedIn;
  expect([openSessions(), notes()]).toEqual([1, []]);
});

test("a write that a host awaits inside its own transaction is unavailable after 2.5 seconds, and the transaction goes on", async () => {
  const store = createSqlStore(database);
  vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  host.exec("BEGIN; INSERT INTO notes VALUES ('kept')");
  const outcome = outcomeOf(signIn(store, "acme", "ada", "one"));
  for (let steps = 0; steps < 30; steps += 1) {
    await turn();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(await outcome).toBe("unavailable");
  host.exec("COMMIT");
  expect([notes(), openSessions()]).toEqual([["kept"], 0]);
});

test("closing writes what was asked before, after the host's transaction, and leaves the connection open", async () => {
  host.exec("BEGIN");
  const signedIn = signIn(createSqlStore(database), "acme", "ada", "one");
  await turn();
  const closed = database.close();
  await turn();
  expect(host.inTransaction).toBe(true);
  host.exec("COMMIT");
  await Promise.all([closed, signedIn]);
  expect([host.open, openSessions()]).toEqual([true, 1]);
  expect(await outcomeOf(database.read(readPragma("user_version")))).toBe("unavailable");
});

test("calls are unavailable once the host has closed its connection", async () => {
  host.close();
  expect(await outcomeOf(database.read(readPragma("user_version")))).toBe("unavailable");
  expect(await outcomeOf(database.write(readPragma("user_version")))).toBe("unavailable");
});

test("a call is unavailable while the host reads rows one by one over the connection", async () => {
  host.exec("INSERT INTO notes VALUES ('one'), ('two')");
  const rows = host.prepare("SELECT text FROM notes").iterate();
  rows.next();
  expect(await outcomeOf(database.write(readPragma("user_version")))).toBe("unavailable");
  rows.return?.();
  expect(await outcomeOf(database.write(readPragma("user_version")))).toBe("done");
});

test("numbers are numbers on a connection that answers the host with BigInt", async () => {
  host.defaultSafeIntegers(true);
  const curfew = createCurfew({
    store: createSqlStore(database),
    secret: randomBytes(32),
    issuer: "https://app.example",
  });
  const user = { id: "ada", name: "Ada", email: "ada@example.test", role: "owner" as const };
  const { accessToken, session } = await curfew.sessions.start({ accountId: "acme", user });
  expect([typeof session.startedAt, (await curfew.sessions.verify(accessToken)).userId]).toEqual([
    "number",
    "ada",
  ]);
  expect(host.prepare("SELECT 1 AS one").get()).toEqual({ one: 1n });
  await curfew.close();
});

test("a connection that is closed or read-only is refused with the reason", () => {
  const path = tempDatabasePath();
  const closed = new Database(path);
  closed.close();
  const readonly = new Database(path, { readonly: true });
  onTestFinished(() => {
    readonly.close();
  });
  expect(() => openSqlite({ database: closed })).toThrow("the database is closed");
  expect(() => openSqlite({ database: readonly })).toThrow("the database is opened read-only");
});
