import { sql } from "kysely";
import { describe, expect, test, vi } from "vitest";
import { lockAccount, openPostgres, raw, run, type SqlDatabase } from "../../src/index.js";
import { advisoryLockId } from "../../src/postgres/dialect.js";
import { onServer, throwAwayDatabase } from "../support/databases.js";
import { HeldTransaction } from "../support/held-transaction.js";
import { outcomeOf } from "../support/outcomes.js";
import { openStoreAt } from "../support/replicas.js";
import { refreshOf, signIn } from "../support/sessions.js";

const lock = (accountId: string): string =>
  `SELECT pg_advisory_xact_lock(${advisoryLockId(`'${accountId}'`)})`;

/** Counts how often a unit is tried that locks an account that is free, and then others. */
function locking(database: SqlDatabase, free: string, ...accountIds: string[]) {
  const tries = { count: 0 };
  const outcome = outcomeOf(
    database.write(function* () {
      yield* lockAccount(free);
      tries.count += 1;
      for (const accountId of accountIds) yield* lockAccount(accountId);
    }),
  );
  return { tries, outcome };
}

/** Asks until somebody waits for a lock in the database. */
async function untilSomebodyWaits(url: string): Promise<void> {
  const waiting = `SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' LIMIT 1`;
  while ((await onServer(waiting, url)).length === 0);
}

describe("a lock that does not come", () => {
  test("is tried for four times, and is unavailable then", async () => {
    const url = await throwAwayDatabase();
    const { database } = await openStoreAt({ url });
    const holder = await HeldTransaction.begin(url);
    await holder.run(lock("account"));
    const { tries, outcome } = locking(database, "a free account", "account");
    expect(await outcome).toBe("unavailable");
    expect(tries.count).toBe(4);
  });

  test("holds nobody up who asks about another account, or refreshes", async () => {
    const url = await throwAwayDatabase();
    const { store } = await openStoreAt({ url });
    await signIn(store, "account", "ada", "one");
    const holder = await HeldTransaction.begin(url);
    await holder.run(lock("account"));
    const held = outcomeOf(signIn(store, "account", "ada", "two"));
    await untilSomebodyWaits(url);
    expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("done");
    expect(await outcomeOf(signIn(store, "elsewhere", "ada", "three"))).toBe("done");
    await holder.commit();
    expect(await held).toBe("done");
  });

  test("takes one connection of a pool for all who want it, so that the others are there for other accounts", async () => {
    const url = await throwAwayDatabase();
    const { database, store } = await openStoreAt({ url, poolSize: 2 });
    const holder = await HeldTransaction.begin(url);
    await holder.run(lock("account"));
    const crowd = Array.from({ length: 30 }, (_, index) =>
      outcomeOf(signIn(store, "account", "ada", `session ${index}`)),
    );
    await untilSomebodyWaits(url);
    expect(database.poolState()).toMatchObject({ waiting: 0 });
    expect(await outcomeOf(signIn(store, "elsewhere", "ada", "one"))).toBe("done");
    await holder.commit();
    expect(await Promise.all(crowd)).toEqual(Array(30).fill("done"));
  });

  test("because two wait for each other is tried for again, until both are done", async () => {
    const url = await throwAwayDatabase();
    const { database } = await openStoreAt({ url });
    const other = await HeldTransaction.begin(url);
    // Whoever looks for a deadlock first is the one who gives way: here it is not this one.
    await other.run("SET LOCAL deadlock_timeout = '1h'");
    await other.run(lock("second"));
    const { tries, outcome } = locking(database, "first", "second");
    await untilSomebodyWaits(url);
    await other.run(lock("first"));
    await other.commit();
    expect(await outcome).toBe("done");
    expect(tries.count).toBe(2);
  });
});

describe("a pool with no connection left", () => {
  const sleepers = (database: SqlDatabase, count: number) =>
    Array.from({ length: count }, () =>
      outcomeOf(
        database.write(() => run(raw(database.queries<Record<never, never>>(), sql`SELECT pg_sleep(3600)`))),
      ),
    );
  const wake = (url: string) =>
    onServer(
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^SELECT pg_sleep'",
      url,
    );

  test("keeps callers waiting for so long, and is unavailable then", async () => {
    const url = await throwAwayDatabase();
    const { database, store } = await openStoreAt({ url, poolSize: 2 });
    const asleep = sleepers(database, 2);
    const waiting = [
      outcomeOf(store.readUser("account", "ada")),
      outcomeOf(signIn(store, "account", "ada", "one")),
    ];
    expect(database.poolState()).toMatchObject({ waiting: 2 });
    expect(await Promise.all(waiting)).toEqual(["unavailable", "unavailable"]);
    await wake(url);
    expect(await Promise.all(asleep)).toEqual(["unavailable", "unavailable"]);
    expect(await outcomeOf(signIn(store, "account", "ada", "one"))).toBe("done");
    expect(database.poolState()).toMatchObject({ waiting: 0 });
  });

  test("serves those who wait as soon as one comes back", async () => {
    const url = await throwAwayDatabase();
    const { database, store } = await openStoreAt({ url, poolSize: 1 });
    const [asleep] = sleepers(database, 1);
    const waiting = outcomeOf(store.readUser("account", "ada"));
    while ((await wake(url)).length === 0);
    expect(await asleep).toBe("unavailable");
    expect(await waiting).toBe("done");
  });
});

test("a server that takes no writes, as a standby, is unavailable for them and answers reads", async () => {
  const url = await throwAwayDatabase();
  const { store } = await openStoreAt({ url });
  await signIn(store, "account", "ada", "one");
  const setReadOnly = (value: "on" | "off") =>
    onServer(
      `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = ${value};
       SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = '${new URL(url).pathname.slice(1)}' AND pid <> pg_backend_pid()`,
    );
  await setReadOnly("on");
  expect(await outcomeOf(store.readSession("account", "one"))).toBe("done");
  expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("unavailable");
  expect(await outcomeOf(signIn(store, "account", "ada", "two"))).toBe("unavailable");
  await onServer(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = off`);
  // Each connection that was refused for it is given up, so that whoever took over is found.
  expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("done");
});

test("a server that has no connection to give is unavailable, and so is one that does not know the user", async () => {
  const url = new URL(await throwAwayDatabase());
  const name = url.pathname.slice(1);
  const { store } = await openStoreAt({ url: url.href });
  await onServer(`CREATE ROLE ${name} LOGIN PASSWORD 'right' CONNECTION LIMIT 0`);
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
  await onServer(`DROP ROLE ${name}`);
  expect(await outcomeOf(store.now())).toBe("done");
});

describe("a transaction", () => {
  /** What comes of a write of an event in a transaction that so much time passes in, and how many events are there then. */
  async function writtenAfter(ms: number): Promise<{ outcome: string; events: number }> {
    const url = await throwAwayDatabase();
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
    return { outcome, events: (await onServer("SELECT id FROM curfew_events", url)).length };
  }

  test("that began more than a minute ago does not commit: replicas could have forgotten what it tells them", async () => {
    expect(await writtenAfter(61_000)).toEqual({ outcome: "unavailable", events: 0 });
  });

  test("of less than a minute does", async () => {
    expect(await writtenAfter(55_000)).toEqual({ outcome: "done", events: 1 });
  });
});
