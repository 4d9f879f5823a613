import { sql } from "kysely";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import {
  all,
  createSqlStore,
  lastly,
  migrateStore,
  openPostgres,
  raw,
  type SqlDatabase,
  type Unit,
} from "../../src/index.js";
import { createTestDatabase } from "../support/databases.js";
import { outcomeOf } from "../support/outcomes.js";
import { refreshOf, type SqlStore, signIn } from "../support/sessions.js";

interface Opened {
  readonly pool: pg.Pool;
  readonly database: SqlDatabase;
  readonly store: SqlStore;
}

/** Opens a store over a pool as a host makes it: of one connection, so that each statement finds what the one before it left. */
async function openOverPool(options: pg.PoolConfig = {}): Promise<Opened> {
  const connectionString = await createTestDatabase();
  const pool = new pg.Pool({ connectionString, max: 1, ...options });
  onTestFinished(async () => {
    if (!pool.ended) await pool.end();
  });
  const database = openPostgres({ pool });
  onTestFinished(() => database.close());
  await migrateStore(database);
  return { pool, database, store: createSqlStore(database) };
}

const settingsOf = async (pool: pg.Pool) =>
  (
    await pool.query(
      "SELECT name, setting FROM pg_settings WHERE name NOT LIKE 'transaction_%' ORDER BY name",
    )
  ).rows;

test.each([
  ["sent one by one", {}],
  ["pipelined", { pipeline: true }],
])(
  "a session begins, is refreshed and ends over a host's only connection, with statements %s",
  async (_, options) => {
    const { store, database } = await openOverPool(options);
    await signIn(store, "acme", "ada", "one");
    expect((await store.refreshSession(refreshOf("acme", "one")))?.session.generation).toBe(1);
    expect(await store.readSession("acme", "one")).toMatchObject({ session: { id: "one", generation: 1 } });
    expect(database.poolState()).toEqual({ open: 1, idle: 1, waiting: 0 });
  },
);

test("a connection goes back to the host's pool with its own settings, and no statement, lock or listener of ours", async () => {
  const { pool, store } = await openOverPool({ statement_timeout: 7000, application_name: "shop" });
  const before = await settingsOf(pool);
  const client = await pool.connect();
  const listeners = client.listenerCount("error");
  client.release();
  await signIn(store, "acme", "ada", "one");
  await store.refreshSession(refreshOf("acme", "one"));
  expect(await outcomeOf(signIn(store, "acme", "ada", "one"))).not.toBe("done");
  expect(await settingsOf(pool)).toEqual(before);
  expect((await pool.query("SELECT * FROM pg_prepared_statements")).rows).toEqual([]);
  // Other tests use other databases of the same server.
  const locks = "SELECT * FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()";
  expect((await pool.query(locks)).rows).toEqual([]);
  const again = await pool.connect();
  expect([again === client, again.listenerCount("error")]).toEqual([true, listeners]);
  again.release();
});

test("a statement that fails leaves no open transaction on a connection that is not pipelined", async () => {
  const { pool, database } = await openOverPool();
  const fail = () => all(raw(database.queries(), sql`SELECT 1 / 0`));
  expect(await outcomeOf(database.write(fail))).toContain("division by zero");
  expect(await outcomeOf(database.write(() => only(lastly(fail()))))).toContain("division by zero");
  expect((await pool.query("SELECT pg_current_xact_id_if_assigned() AS xact, 1 AS one")).rows).toEqual([
    { xact: null, one: 1 },
  ]);
});

test("the process is not warned of statements that overtake each other on a host's connection", async () => {
  const warnings: string[] = [];
  const note = ({ message }: Error) => warnings.push(message);
  process.on("warning", note);
  onTestFinished(() => void process.off("warning", note));
  const { store } = await openOverPool();
  await signIn(store, "acme", "ada", "one");
  await new Promise((resolve) => setImmediate(resolve));
  expect(warnings).toEqual([]);
});

test("the host's type parsers read the host's results and none of ours", async () => {
  const types: pg.CustomTypesConfig = { getTypeParser: () => (text: unknown) => `host:${text}` };
  const { pool, store } = await openOverPool({ types });
  await signIn(store, "acme", "ada", "one");
  expect((await store.refreshSession(refreshOf("acme", "one")))?.session.generation).toBe(1);
  expect((await pool.query("SELECT CAST(1 AS BIGINT) AS one")).rows).toEqual([{ one: "host:1" }]);
});

test("a host's connection whose commits need not be durable makes ours durable", async () => {
  const { pool, database } = await openOverPool({ options: "-c synchronous_commit=off" });
  const read = () => all(raw(database.queries(), sql<object>`SHOW synchronous_commit`));
  expect(await database.write(read)).toEqual([{ synchronous_commit: "on" }]);
  expect((await pool.query("SHOW synchronous_commit")).rows).toEqual([{ synchronous_commit: "off" }]);
});

test("closing waits for the calls in progress and leaves the pool to the host", async () => {
  const { pool, database, store } = await openOverPool();
  await signIn(store, "acme", "ada", "one");
  const read = store.readSession("acme", "one");
  await new Promise((resolve) => setImmediate(resolve));
  const order: string[] = [];
  await Promise.all([read.then(() => order.push("read")), database.close().then(() => order.push("closed"))]);
  expect(order).toEqual(["read", "closed"]);
  expect(await outcomeOf(store.readSession("acme", "one"))).toBe("unavailable");
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

test("a connection that breaks in use leaves the host's pool, and the process goes on", async () => {
  const { pool, database, store } = await openOverPool();
  pool.on("error", () => {});
  const endItself = () => all(raw(database.queries(), sql`SELECT pg_terminate_backend(pg_backend_pid())`));
  expect(await outcomeOf(database.write(endItself))).toBe("unavailable");
  expect(await store.readSession("acme", "one")).toBeNull();
});

test("calls are unavailable while the host holds all connections, and once its pool has ended", async () => {
  const { pool, store } = await openOverPool();
  const client = await pool.connect();
  expect(await outcomeOf(store.readSession("acme", "one"))).toBe("unavailable");
  client.release();
  expect(await store.readSession("acme", "one")).toBeNull();
  await pool.end();
  expect(await outcomeOf(store.readSession("acme", "one"))).toBe("unavailable");
});

function* only<T>(units: Unit<[T]>): Unit<T> {
  return (yield* units)[0];
}
