import { expect, test, vi } from "vitest";
import { createSqlStore, type Migration, migrate, migrateStore, openPostgres } from "../../src/index.js";
import { STORE_MIGRATIONS } from "../../src/migrations/store-migrations.js";
import { createTestDatabase, queryServer } from "../support/databases.js";
import { HeldTransaction } from "../support/held-transaction.js";
import { openStoreAt } from "../support/replicas.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";

const LEDGER = "curfew_migrations";
const step = (name: string, ...statements: string[]): Migration => ({
  name,
  statements: { postgres: statements },
});

/** The names of all constraints, relations and triggers of the schema. */
const SCHEMA_OBJECTS = `
  SELECT conname AS name FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY name`;

/** The locks of tables that a transaction waits for. */
const WAITING_FOR_A_TABLE = `
  SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database
  WHERE datname = current_database() AND locktype = 'relation' AND NOT granted`;

test("ten replicas that start at the same time on an empty database all work", async () => {
  const url = await createTestDatabase();
  const replicas = await Promise.all(Array.from({ length: 10 }, () => openStoreAt({ url })));
  await Promise.all(
    replicas.map(({ store }, nth) => signIn(store, `account-${nth % 3}`, `user-${nth}`, `session-${nth}`)),
  );
  for (const nth of replicas.keys())
    expect(
      await replicas[(nth + 1) % 10]?.store.refreshSession(refreshOf(`account-${nth % 3}`, `session-${nth}`)),
    ).toMatchObject({ session: { generation: 1 } });
  expect(await queryServer(`SELECT name FROM ${LEDGER}`, url)).toEqual(
    STORE_MIGRATIONS.map(({ name }) => ({ name })),
  );
  const single = await createTestDatabase();
  await openStoreAt({ url: single });
  expect(await queryServer(SCHEMA_OBJECTS, url)).toEqual(await queryServer(SCHEMA_OBJECTS, single));
});

test("ten processes that migrate at the same time apply each step once", async () => {
  const url = await createTestDatabase();
  const migrations = [
    step("0001-first", "CREATE TABLE things (n INT)", "INSERT INTO things VALUES (1)"),
    step("0002-second", "INSERT INTO things SELECT max(n) + 1 FROM things"),
    step("0003-third", "INSERT INTO things SELECT max(n) + 1 FROM things"),
  ];
  const databases = Array.from({ length: 10 }, () => openPostgres({ url }));
  await Promise.all(databases.map((database) => migrate(database, { ledger: "app_steps", migrations })));
  await Promise.all(databases.map((database) => database.close()));
  expect(await queryServer("SELECT n FROM things ORDER BY n", url)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(await queryServer("SELECT name FROM app_steps ORDER BY name", url)).toEqual(
    migrations.map(({ name }) => ({ name })),
  );
});

test("a step that fails is rolled back and can be applied later", async () => {
  const url = await createTestDatabase();
  const database = openPostgres({ url });
  const first = step("0001-first", "CREATE TABLE things (n INT)");
  const broken = step("0002-second", "INSERT INTO things VALUES (7)", "INSERT INTO nowhere VALUES (1)");
  await expect(migrate(database, { ledger: "app_steps", migrations: [first, broken] })).rejects.toThrow(
    'relation "nowhere" does not exist',
  );
  expect(await queryServer("SELECT n FROM things", url)).toEqual([]);
  const fixedStep = step("0002-second", "INSERT INTO things VALUES (8)");
  await migrate(database, { ledger: "app_steps", migrations: [first, fixedStep] });
  expect(await queryServer("SELECT n FROM things", url)).toEqual([{ n: 8 }]);
  await database.close();
});

test("a step that PostgreSQL aborts in a deadlock with a running replica is applied again", async () => {
  const url = await createTestDatabase();
  await queryServer("CREATE TABLE first (n INT)", url);
  await queryServer("CREATE TABLE second (n INT)", url);
  // PostgreSQL aborts the transaction whose timeout ends first.
  await queryServer(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET deadlock_timeout = '2s'`, url);
  const replica = await HeldTransaction.begin(url);
  await replica.run("SET LOCAL deadlock_timeout = '1min'");
  await replica.run("INSERT INTO second VALUES (1)");

  const database = openPostgres({ url });
  const alter = step(
    "0001-both",
    "ALTER TABLE first ADD COLUMN a INT",
    "ALTER TABLE second ADD COLUMN b INT",
  );
  const migrated = migrate(database, { ledger: "app_steps", migrations: [alter] });
  await vi.waitUntil(async () => (await queryServer(WAITING_FOR_A_TABLE, url)).length === 1, 10_000);
  await replica.run("INSERT INTO first VALUES (1)");
  await replica.commit();
  await migrated;
  expect(await queryServer("SELECT a, b FROM first, second", url)).toEqual([{ a: null, b: null }]);
  await database.close();
});

test("replicas of the old version, running or started later, work after a newer version has added a step", async () => {
  const url = await createTestDatabase();
  const old = await openStoreAt({ url });
  await signIn(old.store, "account", "ada", "one");
  const next = step("9001-next", "ALTER TABLE curfew_sessions ADD COLUMN colour TEXT");
  const newer = openPostgres({ url });
  await migrate(newer, { ledger: LEDGER, migrations: [...STORE_MIGRATIONS, next] });

  const late = await openStoreAt({ url });
  expect(await old.store.refreshSession(refreshOf("account", "one"))).toMatchObject({
    session: { generation: 1 },
  });
  await signIn(late.store, "account", "ada", "two");
  const newest = createSqlStore(newer);
  expect((await newest.listSessions({ accountId: "account", limit: 9, after: null })).items.length).toBe(2);
  await newer.close();
});

test("prepared statements keep working after a newer version adds a column to every table", async () => {
  const url = await createTestDatabase();
  const { store } = await openStoreAt({ url, poolSize: 1 });
  const callAll = async (sessionId: string) => {
    await signIn(store, "account", "ada", sessionId);
    await store.refreshSession(refreshOf("account", sessionId));
    return {
      session: await store.readSession("account", sessionId),
      policy: await store.readPolicy("account"),
      active: await store.listActiveUsers("account", 9),
      user: await store.readUser("account", "ada"),
      users: (await store.listUsers({ accountId: "account", limit: 9, after: null })).items,
      sessions: (await store.listSessions({ accountId: "account", limit: 9, after: null })).items.length,
      events: (await store.listEvents({ accountId: "account", limit: 9, after: null })).items.length,
      revoked: await store.revokeAccount({
        accountId: "account",
        reason: "revoked_by_owner",
        spareSessionId: sessionId,
        event: eventOf("sessions.revoked"),
      }),
      feed: (await store.readFeed({ cursor: null, sinceMs: 60_000 })).rows.length,
    };
  };
  const before = await callAll("one");
  const tables = await queryServer(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^curfew_'",
    url,
  );
  expect(tables.length).toBeGreaterThanOrEqual(7);
  for (const { relname } of tables as { relname: string }[])
    await queryServer(`ALTER TABLE ${relname} ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'`, url);
  const after = await callAll("two");
  expect(Object.keys(after)).toEqual(Object.keys(before));
  expect(after.session).toMatchObject({ session: { generation: 1 } });
  expect({ users: after.users.length, sessions: after.sessions }).toEqual({ users: 1, sessions: 2 });
});

test("a database with two unknown steps is refused with a message of one line", async () => {
  const url = await createTestDatabase();
  const newer = openPostgres({ url });
  const steps = [step("9001-next"), step("9002-after")];
  await migrate(newer, { ledger: LEDGER, migrations: [...STORE_MIGRATIONS, ...steps] });
  await expect(migrateStore(newer)).rejects.toMatchObject({
    code: "newer",
    message: "the database is of a newer version: it holds the steps 9001-next, 9002-after",
  });
  await newer.close();
});

test("a missing permission to create tables is reported in one line", async () => {
  const url = new URL(await createTestDatabase());
  const name = url.pathname.slice(1);
  await queryServer(`CREATE ROLE ${name} LOGIN PASSWORD 'reader'`);
  url.username = name;
  url.password = "reader";
  const database = openPostgres({ url: url.href });
  await expect(migrateStore(database)).rejects.toMatchObject({
    code: "cannot_open",
    message: "the database refuses this user: permission denied for schema public",
  });
  await database.close();
  await queryServer(`DROP ROLE ${name}`);
});
