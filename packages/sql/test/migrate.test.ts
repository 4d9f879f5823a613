import { isCurfewError } from "@curfew/core";
import { sql } from "kysely";
import { expect, test } from "vitest";
import {
  all,
  DatabaseOpenError,
  type Migration,
  migrate,
  migrateStore,
  openSqlite,
  raw,
} from "../src/index.js";
import { STORE_MIGRATIONS } from "../src/migrations/store-migrations.js";

const step = (name: string, ...statements: string[]): Migration => ({
  name,
  statements: { sqlite: statements },
});

const FIRST = step("0001-first", "CREATE TABLE things (id INTEGER)", "INSERT INTO things VALUES (1)");
const SECOND = step("0002-second", "INSERT INTO things SELECT max(id) + 1 FROM things");

/** The steps of the last release. A release that adds one lists it here. */
const RELEASED = ["0001-sessions"];

function open(now = 1000) {
  const database = openSqlite({ path: null, now: () => now });
  const queries = database.queries<Record<never, never>>();
  const rows = (text: string) => database.read(() => all(raw(queries, sql.raw(text))));
  return { database, rows };
}

test("each step runs once, in order, and the ledger records the time", async () => {
  const { database, rows } = open();
  await migrate(database, { ledger: "app_steps", migrations: [FIRST] });
  await migrate(database, { ledger: "app_steps", migrations: [FIRST, SECOND] });
  await migrate(database, { ledger: "app_steps", migrations: [FIRST, SECOND] });
  expect(await rows("SELECT id FROM things")).toEqual([{ id: 1 }, { id: 2 }]);
  expect(await rows("SELECT * FROM app_steps")).toEqual([
    { name: "0001-first", applied_at: 1000 },
    { name: "0002-second", applied_at: 1000 },
  ]);
});

test("a step that fails is rolled back, and earlier steps stay applied", async () => {
  const { database, rows } = open();
  const broken = step("0002-broken", "INSERT INTO things VALUES (7)", "INSERT INTO nowhere VALUES (1)");
  await expect(
    migrate(database, { ledger: "app_steps", migrations: [FIRST, broken, SECOND] }),
  ).rejects.toThrow("no such table: nowhere");
  expect(await rows("SELECT id FROM things")).toEqual([{ id: 1 }]);
  expect(await rows("SELECT name FROM app_steps")).toEqual([{ name: "0001-first" }]);
  await migrate(database, { ledger: "app_steps", migrations: [FIRST, SECOND] });
  expect(await rows("SELECT id FROM things")).toEqual([{ id: 1 }, { id: 2 }]);
});

test("a database with one unknown step is accepted, for rolling upgrades", async () => {
  const { database, rows } = open();
  await migrate(database, { ledger: "app_steps", migrations: [FIRST, SECOND] });
  await migrate(database, { ledger: "app_steps", migrations: [FIRST] });
  expect(await rows("SELECT id FROM things")).toEqual([{ id: 1 }, { id: 2 }]);
});

test("a database with two unknown steps is refused and stays unchanged", async () => {
  const { database, rows } = open();
  const third = step("0003-third", "INSERT INTO things VALUES (9)");
  await migrate(database, { ledger: "app_steps", migrations: [FIRST, SECOND, third] });
  const other = step("0002-other", "DELETE FROM things");
  const error = await migrate(database, { ledger: "app_steps", migrations: [FIRST, other] }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DatabaseOpenError);
  expect(error).toMatchObject({
    code: "newer",
    message: "the database is of a newer version: it holds the steps 0002-second, 0003-third",
  });
  expect(await rows("SELECT id FROM things")).toEqual([{ id: 1 }, { id: 2 }, { id: 9 }]);
});

test("a release adds at most one step to the store's, so that the release before it accepts the schema", () => {
  const names = STORE_MIGRATIONS.map(({ name }) => name);
  expect(names.slice(0, RELEASED.length)).toEqual(RELEASED);
  expect(names.length - RELEASED.length).toBeLessThanOrEqual(1);
});

test("each owner of tables has its own ledger", async () => {
  const { database, rows } = open();
  await migrateStore(database);
  await migrate(database, { ledger: "app_steps", migrations: [FIRST] });
  await migrateStore(database);
  expect(await rows("SELECT name FROM curfew_migrations")).toEqual(
    STORE_MIGRATIONS.map(({ name }) => ({ name })),
  );
  expect(await rows("SELECT name FROM app_steps")).toEqual([{ name: "0001-first" }]);
});

test("migrating a closed database is unavailable", async () => {
  const { database } = open();
  await database.close();
  const error = await migrateStore(database).catch((reason: unknown) => reason);
  expect(isCurfewError(error, "unavailable")).toBe(true);
});
