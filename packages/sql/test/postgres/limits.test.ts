import { sql } from "kysely";
import { describe, expect, test, vi } from "vitest";
import {
  createSqlStore,
  lockAccount,
  migrateStore,
  openPostgres,
  raw,
  run,
  type SqlDatabase,
} from "../../src/index.js";
import { advisoryLockId } from "../../src/postgres/dialect.js";
import { createTestDatabase, queryServer } from "../support/databases.js";
import { HeldTransaction } from "../support/held-transaction.js";
import { outcomeOf } from "../support/outcomes.js";
import { openStoreAt } from "../support/replicas.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";

const lockStatement = (accountId: string): string =>
  `SELECT pg_advisory_xact_lock(${advisoryLockId(`'${accountId}'`)})`;

/** Runs a unit that locks a free account and then the others, and counts its attempts. */
function lockAccounts(database: SqlDatabase, free: string, ...accountIds: string[]) {
  const attempts = { count: 0 };
  const outcome = outcomeOf(
    database.write(function* () {
      yield* lockAccount(free);
      attempts.count += 1;
      for (const accountId of accountIds) yield* lockAccount(accountId);
    }),
  );
  return { attempts, outcome };
}

/** Polls until a transaction in the database waits for a lock. */
async function untilLockWait(url: string): Promise<void> {
  const waiting = `SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' LIMIT 1`;
  while ((await queryServer(waiting, url)).length === 0);
}

describe("a lock that another transaction holds", () => {
  test("is attempted four times, then the unit is unavailable", async () => {
    const url = await createTestDatabase();
    const { database } = await openStoreAt({ url });
    const holder = await HeldTransaction.begin(url);
    await holder.run(lockStatement("account"));
    const { attempts, outcome } = lockAccounts(database, "a free account", "account");
    expect(await outcome).toBe("unavailable");
    expect(attempts.count).toBe(4);
  });

  test("makes it and the calls that queue behind it unavailable before three seconds have passed", async () => {
    const url = await createTestDatabase();
    const { store } = await openStoreAt({ url });
    await signIn(store, "account", "ada", "one");
    const holder = await HeldTransaction.begin(url);
    await holder.run(lockStatement("account"));
    const seconds = new Promise((resolve) => setTimeout(() => resolve("late"), 3000));
    const outcomes = ["two", "three", "four"].map((id) =>
      Promise.race([outcomeOf(signIn(store, "account", "ada", id)), seconds]),
    );
    expect(await Promise.all(outcomes)).toEqual(["unavailable", "unavailable", "unavailable"]);
  });

  test("does not delay a refresh, or units of other accounts", async () => {
    const url = await createTestDatabase();
    const { store } = await openStoreAt({ url });
    await signIn(store, "account", "ada", "one");
    const holder = await HeldTransaction.begin(url);
    await holder.run(lockStatement("account"));
    const waiting = outcomeOf(signIn(store, "account", "ada", "two"));
    await untilLockWait(url);
    expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("done");
    expect(await outcomeOf(signIn(store, "other account", "ada", "three"))).toBe("done");
    await holder.commit();
    expect(await waiting).toBe("done");
  });

  test("does not delay users who end their other sessions and have none", async () => {
    const url = await createTestDatabase();
    const { store } = await openStoreAt({ url });
    await signIn(store, "account", "ada", "one");
    const holder = await HeldTransaction.begin(url);
    await holder.run(lockStatement("account"));
    const outcome = await store.revokeUser({
      accountId: "account",
      userId: "ada",
      reason: "revoked_by_user",
      spareSessionId: "one",
      event: { ...eventOf("sessions.revoked"), actorId: "ada" },
    });
    expect(outcome).toMatchObject({ kind: "revoked", count: 0 });
    await holder.rollBack();
  });

  test("occupies one connection of the pool, however many units wait for it", async () => {
    const url = await createTestDatabase();
    const { database, store } = await openStoreAt({ url, poolSize: 2 });
    const holder = await HeldTransaction.begin(url);
    await holder.run(lockStatement("account"));
    const signIns = Array.from({ length: 30 }, (_, index) =>
      outcomeOf(signIn(store, "account", "ada", `session ${index}`)),
    );
    await untilLockWait(url);
    expect(database.poolState()).toMatchObject({ waiting: 0 });
    expect(await outcomeOf(signIn(store, "other account", "ada", "one"))).toBe("done");
    await holder.commit();
    expect(await Promise.all(signIns)).toEqual(Array(30).fill("done"));
  });

  test("is said by the caller: a unit that begins otherwise is refused", async () => {
    const { database } = await openStoreAt({ url: await createTestDatabase() });
    const begun: string[] = [];
    const unit = function* () {
      begun.push("begun");
      return yield* lockAccount("account");
    };
    expect(await outcomeOf(database.write(unit, { lock: "account" }))).toBe("done");
    expect(begun).toEqual(["begun"]);
    await expect(database.write(unit, { lock: "another account" })).rejects.toThrow(
      'does not begin with the lock "another account"',
    );
    expect(await outcomeOf(database.write(unit))).toBe("done");
    expect(begun.length).toBe(3);
  });

  test("in a deadlock is attempted again, until both transactions succeed", async () => {
    const url = await createTestDatabase();
    const { database } = await openStoreAt({ url });
    const other = await HeldTransaction.begin(url);
    // The transaction that detects the deadlock first is aborted: with this timeout it is not this one.
    await other.run("SET LOCAL deadlock_timeout = '1h'");
    await other.run(lockStatement("second"));
    const { attempts, outcome } = lockAccounts(database, "first", "second");
    await untilLockWait(url);
    await other.run(lockStatement("first"));
    await other.commit();
    expect(await outcome).toBe("done");
    expect(attempts.count).toBe(2);
  });
});

describe("a pool whose connections are all in use", () => {
  const startSleeping = (database: SqlDatabase, count: number) =>
    Array.from({ length: count }, () =>
      outcomeOf(
        database.write(() => run(raw(database.queries<Record<never, never>>(), sql`SELECT pg_sleep(3600)`))),
      ),
    );
  const cancelSleeping = (url: string) =>
    queryServer(
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^SELECT pg_sleep'",
      url,
    );

  test("makes calls wait, and is unavailable after a timeout", async () => {
    const url = await createTestDatabase();
    const { database, store } = await openStoreAt({ url, poolSize: 2 });
    const sleeping = startSleeping(database, 2);
    const waiting = [
      outcomeOf(store.readUser("account", "ada")),
      outcomeOf(signIn(store, "account", "ada", "one")),
    ];
    expect(database.poolState()).toMatchObject({ waiting: 2 });
    expect(await Promise.all(waiting)).toEqual(["unavailable", "unavailable"]);
    await cancelSleeping(url);
    expect(await Promise.all(sleeping)).toEqual(["unavailable", "unavailable"]);
    expect(await outcomeOf(signIn(store, "account", "ada", "one"))).toBe("done");
    expect(database.poolState()).toMatchObject({ waiting: 0 });
  });

  test("serves waiting calls as soon as a connection is released", async () => {
    const url = await createTestDatabase();
    const { database, store } = await openStoreAt({ url, poolSize: 1 });
    const [sleeping] = startSleeping(database, 1);
    const waiting = outcomeOf(store.readUser("account", "ada"));
    while ((await cancelSleeping(url)).length === 0);
    expect(await sleeping).toBe("unavailable");
    expect(await waiting).toBe("done");
  });
});

test("a read-only server is unavailable for writes and answers reads", async () => {
  const url = await createTestDatabase();
  const { store } = await openStoreAt({ url });
  await signIn(store, "account", "ada", "one");
  const setReadOnly = (value: "on" | "off") =>
    queryServer(
      `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = ${value};
       SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = '${new URL(url).pathname.slice(1)}' AND pid <> pg_backend_pid()`,
    );
  await setReadOnly("on");
  expect(await outcomeOf(store.readSession("account", "one"))).toBe("done");
  expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("unavailable");
  expect(await outcomeOf(signIn(store, "account", "ada", "two"))).toBe("unavailable");
  await queryServer(
    `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = off`,
  );
  // The connections to the read-only server have been closed, so that a new primary can be found.
  expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("done");
});

test("a server that refuses connections or credentials is unavailable", async () => {
  const url = new URL(await createTestDatabase());
  const name = url.pathname.slice(1);
  const { store } = await openStoreAt({ url: url.href });
  await queryServer(`CREATE ROLE ${name} LOGIN PASSWORD 'right' CONNECTION LIMIT 0`);
  url.username = name;
  for (const password of ["right", "wrong"]) {
    url.password = password;
    const database = openPostgres({ url: url.href });
    expect(
      await outcomeOf(
        database.read(function* () {
          return yield* run(raw(database.queries<Record<never, never>>(), sql`SELECT 1`));
        }),
      ),
    ).toBe("unavailable");
    await database.close();
  }
  await queryServer(`DROP ROLE ${name}`);
  expect(await outcomeOf(store.now())).toBe("done");
});

describe("a transaction", () => {
  /**
   * Writes an event in a transaction that takes `ms`; returns its outcome and the number of stored events.
   */
  async function writeWithin(ms: number): Promise<{ outcome: string; events: number }> {
    const url = await createTestDatabase();
    const { database } = await openStoreAt({ url });
    const queries = database.queries<Record<never, never>>();
    const monotonic = vi.spyOn(performance, "now");
    const outcome = await outcomeOf(
      database.write(function* () {
        yield* lockAccount("account");
        yield* run(
          raw(
            queries,
            sql`INSERT INTO curfew_events (account_id, id, at, type, details)
              VALUES ('account', 'one', 0, 'user.signed_in', '{}')`,
          ),
        );
        const now = performance.now();
        monotonic.mockImplementation(() => now + ms);
      }),
    );
    monotonic.mockRestore();
    return { outcome, events: (await queryServer("SELECT id FROM curfew_events", url)).length };
  }

  test("that began more than a minute ago is rolled back, because replicas may not keep its feed rows", async () => {
    expect(await writeWithin(61_000)).toEqual({ outcome: "unavailable", events: 0 });
  });

  test("that began less than a minute ago is committed", async () => {
    expect(await writeWithin(55_000)).toEqual({ outcome: "done", events: 1 });
  });
});

/** Creates a database in which `pg_is_in_recovery` returns true, as on a standby. */
async function createStandby(): Promise<string> {
  const url = await createTestDatabase();
  const primary = openPostgres({ url });
  await migrateStore(primary);
  await primary.close();
  await queryServer("CREATE SCHEMA standby", url);
  await queryServer(
    "CREATE FUNCTION standby.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    url,
  );
  const address = new URL(url);
  address.searchParams.set("options", "-c search_path=standby,pg_catalog,public");
  return address.href;
}

test("a standby is unavailable for reads that decide about sessions, because it may lack revocations", async () => {
  const database = openPostgres({ url: await createStandby() });
  const store = createSqlStore(database);
  expect(await outcomeOf(store.readFeed({ cursor: null, sinceMs: 60_000 }))).toBe("unavailable");
  expect(await outcomeOf(store.readSession("account", "session"))).toBe("unavailable");
  expect(await outcomeOf(store.now())).toBe("unavailable");
  // The connections have been closed, so that a new primary at the same address can be found.
  expect(database.poolState()).toEqual({ open: 0, idle: 0, waiting: 0 });
  await store.close();
});
