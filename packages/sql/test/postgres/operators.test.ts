import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { FaultyProxy } from "../../../../scripts/postgres/faulty-proxy.js";
import { type PostgresServer, startPostgres } from "../../../../scripts/postgres/server.js";
import { first, lockAccount, migrateStore, openPostgres } from "../../src/index.js";
import type { CurfewTables } from "../../src/schema.js";
import { queryServer } from "../support/databases.js";
import { outcomeOf } from "../support/outcomes.js";
import { openStoreAt } from "../support/replicas.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";
import { TransactionPooler } from "../support/transaction-pooler.js";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

/** Creates a database that a new role owns, and returns its URL for that role. */
async function createRole(name: string, options: string): Promise<string> {
  await queryServer(`CREATE ROLE ${name} LOGIN PASSWORD 'secret' ${options}`, server.url);
  await queryServer(`CREATE DATABASE ${name} OWNER ${name}`, server.url);
  const url = new URL(server.urlOf(name));
  url.username = name;
  url.password = "secret";
  return url.href;
}

describe("with a role whose commits need not be durable", () => {
  test.each(["directly", "pooled"] as const)(
    "connected %s, a session that was revoked stays so after a crash, and one that was refreshed keeps its token",
    async (kind) => {
      const url = await createRole(`lazy_${kind}`, "");
      await queryServer(`ALTER ROLE lazy_${kind} SET synchronous_commit = off`, server.url);
      // By default the server writes such commits to the disk after 200 ms.
      await queryServer("ALTER SYSTEM SET wal_writer_delay = '10s'", server.url);
      await queryServer("SELECT pg_reload_conf()", server.url);
      const pooled = kind === "pooled";
      const { store } = await openStoreAt({
        url: pooled ? (await TransactionPooler.before(url, 2)).url : url,
        directUrl: url,
        pooled,
      });
      await signIn(store, "account", "ada", "one");
      await signIn(store, "account", "ada", "two");
      const event = eventOf("session.revoked");
      const input = { accountId: "account", sessionId: "one", reason: "revoked_by_owner", event } as const;
      expect((await store.endSession(input)).kind).toBe("ended");
      await store.refreshSession(refreshOf("account", "two"));
      await server.kill();
      await server.start();
      const { store: after } = await openStoreAt({ url });
      const found = await after.readSessions("account", ["one", "two"]);
      expect(Object.fromEntries(found.map(({ session }) => [session.id, session]))).toMatchObject({
        one: { endReason: "revoked_by_owner" },
        two: { generation: 1 },
      });
    },
  );
});

test("calls wait for the connections that there are if the role may have fewer than the pool wants", async () => {
  const url = await createRole("limited", "CONNECTION LIMIT 3");
  const { store, database } = await openStoreAt({ url, poolSize: 10 });
  await signIn(store, "account", "ada", "one");
  const calls = Array.from({ length: 40 }, (_, nth) =>
    nth % 2 === 0
      ? store.readSession("account", "one")
      : signIn(store, "account", `user-${nth}`, `of-${nth}`),
  );
  expect(new Set(await Promise.all(calls.map(outcomeOf)))).toEqual(new Set(["done"]));
  expect(database.poolState()?.open).toBeLessThanOrEqual(3);
});

test("a call is unavailable while the role has no connection left, and is done once it has one", async () => {
  const url = await createRole("exhausted", "CONNECTION LIMIT 1");
  const { database: first, store } = await openStoreAt({ url, poolSize: 1 });
  await store.now();
  const second = openPostgres({ url, poolSize: 2 });
  onTestFinished(() => second.close());
  expect(await outcomeOf(second.alter(function* () {}))).toBe("unavailable");
  await first.close();
  expect(await outcomeOf(second.alter(function* () {}))).toBe("done");
});

test.each(["LATIN1", "SQL_ASCII"])(
  "a database in %s is refused at the start, with its encoding and what to do",
  async (encoding) => {
    const name = `in_${encoding.toLowerCase()}`;
    await queryServer(
      `CREATE DATABASE ${name} ENCODING '${encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'`,
      server.url,
    );
    const database = openPostgres({ url: server.urlOf(name) });
    onTestFinished(() => database.close());
    await expect(migrateStore(database)).rejects.toMatchObject({
      code: "cannot_open",
      message: `the database's encoding is ${encoding}: create one with ENCODING 'UTF8'`,
    });
  },
);

test("in a network that drops all packets, calls are unavailable before three seconds have passed", async () => {
  const url = await createRole("dropped", "");
  const proxy = await FaultyProxy.before(url);
  onTestFinished(() => proxy.close());
  const { store } = await openStoreAt({ url: proxy.url, poolSize: 2 });
  await signIn(store, "account", "ada", "one");
  proxy.swallow();
  const seconds = new Promise((resolve) => setTimeout(() => resolve("late"), 3000));
  const calls = [
    () => store.readSession("account", "one"),
    () => store.refreshSession(refreshOf("account", "one")),
    () => signIn(store, "account", "ada", "two"),
    () => store.now(),
    () => store.readPolicy("account"),
  ];
  const outcomes = calls.map((call) => Promise.race([outcomeOf(call()), seconds]));
  expect(await Promise.all(outcomes)).toEqual(calls.map(() => "unavailable"));
});

test("in a network that drops all packets from the middle of a write on, the call is unavailable before three seconds have passed", async () => {
  const proxy = await FaultyProxy.before(await createRole("dropped_later", ""));
  const database = openPostgres({ url: proxy.url });
  onTestFinished(async () => {
    await proxy.close();
    await database.close();
  });
  await migrateStore(database);
  const seconds = new Promise((resolve) => setTimeout(() => resolve("late"), 3000));
  const writing = database.write(
    function* () {
      yield* lockAccount("account");
      proxy.swallow();
      return yield* first(
        database
          .queries<CurfewTables>()
          .selectFrom("curfew_accounts")
          .select("id")
          .where("id", "=", "account"),
      );
    },
    { lock: "account" },
  );
  expect(await Promise.race([outcomeOf(writing), seconds])).toBe("unavailable");
});
