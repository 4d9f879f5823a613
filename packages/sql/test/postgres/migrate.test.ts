import { expect, test } from "vitest";
import { createSqlStore, type Migration, migrate, migrateStore, openPostgres } from "../../src/index.js";
import { sessionsMigration } from "../../src/migrations/0001-sessions.js";
import { onServer, throwAwayDatabase } from "../support/databases.js";
import { openStoreAt } from "../support/replicas.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";

const LEDGER = "curfew_migrations";
const step = (name: string, ...statements: string[]): Migration => ({
  name,
  statements: { postgres: statements },
});

/** What a schema consists of, by name. */
const CATALOGUE = `
  SELECT conname AS name FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY name`;

test("ten replicas that start at once on an empty database are all ready", async () => {
  const url = await throwAwayDatabase();
  const replicas = await Promise.all(Array.from({ length: 10 }, () => openStoreAt({ url })));
  await Promise.all(
    replicas.map(({ store }, nth) => signIn(store, `account-${nth % 3}`, `user-${nth}`, `session-${nth}`)),
  );
  for (const nth of replicas.keys())
    expect(
      await replicas[(nth + 1) % 10]?.store.refreshSession(refreshOf(`account-${nth % 3}`, `session-${nth}`)),
    ).toMatchObject({ session: { generation: 1 } });
  expect(await onServer(`SELECT name FROM ${LEDGER}`, url)).toEqual([{ name: sessionsMigration.name }]);
  const alone = await throwAwayDatabase();
  await openStoreAt({ url: alone });
  expect(await onServer(CATALOGUE, url)).toEqual(await onServer(CATALOGUE, alone));
});

test("ten that take several steps at once take each step once", async () => {
  const url = await throwAwayDatabase();
  const migrations = [
    step("0001-first", "CREATE TABLE things (n INT)", "INSERT INTO things VALUES (1)"),
    step("0002-second", "INSERT INTO things SELECT max(n) + 1 FROM things"),
    step("0003-third", "INSERT INTO things SELECT max(n) + 1 FROM things"),
  ];
  const databases = Array.from({ length: 10 }, () => openPostgres({ url }));
  await Promise.all(databases.map((database) => migrate(database, { ledger: "app_steps", migrations })));
  await Promise.all(databases.map((database) => database.close()));
  expect(await onServer("SELECT n FROM things ORDER BY n", url)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(await onServer("SELECT name FROM app_steps ORDER BY name", url)).toEqual(
    migrations.map(({ name }) => ({ name })),
  );
});

test("a step that fails leaves nothing of itself, and is taken when it can be", async () => {
  const url = await throwAwayDatabase();
  const database = openPostgres({ url });
  const first = step("0001-first", "CREATE TABLE things (n INT)");
  const broken = step("0002-second", "INSERT INTO things VALUES (7)", "INSERT INTO nowhere VALUES (1)");
  await expect(migrate(database, { ledger: "app_steps", migrations: [first, broken] })).rejects.toThrow(
    'relation "nowhere" does not exist',
  );
  expect(await onServer("SELECT n FROM things", url)).toEqual([]);
  const mended = step("0002-second", "INSERT INTO things VALUES (8)");
  await migrate(database, { ledger: "app_steps", migrations: [first, mended] });
  expect(await onServer("SELECT n FROM things", url)).toEqual([{ n: 8 }]);
  await database.close();
});

test("a replica at work goes on while a newer one takes a step, and one that starts then works too", async () => {
  const url = await throwAwayDatabase();
  const old = await openStoreAt({ url });
  await signIn(old.store, "account", "ada", "one");
  const next = step("0002-next", "ALTER TABLE curfew_sessions ADD COLUMN colour TEXT");
  const newer = openPostgres({ url });
  await migrate(newer, { ledger: LEDGER, migrations: [sessionsMigration, next] });

  const late = await openStoreAt({ url });
  expect(await old.store.refreshSession(refreshOf("account", "one"))).toMatchObject({
    session: { generation: 1 },
  });
  await signIn(late.store, "account", "ada", "two");
  const newest = createSqlStore(newer);
  expect((await newest.listSessions({ accountId: "account", limit: 9, after: null })).items.length).toBe(2);
  await newer.close();
});

test("what was prepared on a connection goes on working there when a newer version adds a column to every table", async () => {
  const url = await throwAwayDatabase();
  const { store } = await openStoreAt({ url, poolSize: 1 });
  const everything = async (sessionId: string) => {
    await signIn(store, "account", "ada", sessionId);
    await store.refreshSession(refreshOf("account", sessionId));
    return {
      session: await store.readSession("account", sessionId),
      policy: await store.readPolicy("account"),
      active: await store.listActiveUsers("account", 9),
      user: await store.readUser("account", "ada"),
      users: await store.listUsers("account"),
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
  const before = await everything("one");
  const tables = await onServer(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^curfew_'",
    url,
  );
  expect(tables.length).toBeGreaterThanOrEqual(7);
  for (const { relname } of tables as { relname: string }[])
    await onServer(`ALTER TABLE ${relname} ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'`, url);
  const after = await everything("two");
  expect(Object.keys(after)).toEqual(Object.keys(before));
  expect(after.session).toMatchObject({ session: { generation: 1 } });
  expect({ users: after.users.length, sessions: after.sessions }).toEqual({ users: 1, sessions: 2 });
});

test("a database two steps ahead is refused in one line", async () => {
  const url = await throwAwayDatabase();
  const newer = openPostgres({ url });
  const steps = [step("0002-next"), step("0003-after")];
  await migrate(newer, { ledger: LEDGER, migrations: [sessionsMigration, ...steps] });
  await expect(migrateStore(newer)).rejects.toMatchObject({
    code: "newer",
    message: "the database is of a newer version: it holds the steps 0002-next, 0003-after",
  });
  await newer.close();
});

test("a user who may not make tables is told so in one line", async () => {
  const url = new URL(await throwAwayDatabase());
  const name = url.pathname.slice(1);
  await onServer(`CREATE ROLE ${name} LOGIN PASSWORD 'reader'`);
  url.username = name;
  url.password = "reader";
  const database = openPostgres({ url: url.href });
  await expect(migrateStore(database)).rejects.toMatchObject({
    code: "cannot_open",
    message: "the database refuses this user: permission denied for schema public",
  });
  await database.close();
  await onServer(`DROP ROLE ${name}`);
});
