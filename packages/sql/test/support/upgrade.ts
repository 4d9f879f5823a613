import { networkDigestOf } from "@curfew/core";
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { createSqlStore, first, migrate, migrateStore, raw, run, type SqlDatabase } from "../../src/index.js";
import { sessionsMigration } from "../../src/migrations/0001-sessions.js";
import type { DatabaseKind } from "./databases.js";
import { refreshOf } from "./sessions.js";

const START = 1_800_000_000_000;
const DEVICE = { label: "Firefox on Linux", userAgent: "Mozilla/5.0", ip: "192.0.2.7" };

/** Opens an empty database with the tables of the last release, and returns what runs that release's statements on it. */
async function openReleased(kind: DatabaseKind, now: () => number) {
  const database: SqlDatabase = await kind.open(now);
  onTestFinished(() => database.close());
  await migrate(database, { ledger: "curfew_migrations", migrations: [sessionsMigration] });
  const queries = database.queries<Record<never, never>>();
  const execute = (text: string) => database.write(() => run(raw(queries, sql.raw(text))));
  await execute("INSERT INTO curfew_accounts (id) VALUES ('account')");
  await execute(`INSERT INTO curfew_users (account_id, id, name, email, role)
    VALUES ('account', 'ada', 'Ada', 'ada@example.test', 'owner')`);
  return {
    database,
    execute,
    addUser: (id: string, name: string) =>
      execute(`INSERT INTO curfew_users (account_id, id, name, email, role)
        VALUES ('account', '${id}', '${name}', '', 'member')`),
    count: async (text: string) =>
      (await database.read(() => first(raw(queries, sql.raw<{ count: number }>(text)))))?.count,
    signIn: (id: string) =>
      execute(`INSERT INTO curfew_sessions (account_id, id, user_id, account_epoch, started_at, last_active_at,
          idle_minutes, absolute_minutes, idle_expires_at, absolute_expires_at, device_label, user_agent, ip)
        VALUES ('account', '${id}', 'ada', 0, ${now()}, ${now()}, 60, 1440, ${now() + 3_600_000},
          ${now() + 86_400_000}, '${DEVICE.label}', '${DEVICE.userAgent}', '${DEVICE.ip}')`),
    rotate: (id: string) =>
      execute(
        `UPDATE curfew_sessions SET generation = generation + 1, rotated_at = ${now()} WHERE id = '${id}'`,
      ),
  };
}

/** The newest migration of a database with sessions, which replicas of the last release keep using. */
export function describeUpgrade(kind: DatabaseKind): void {
  test(`${kind.name}: sessions of the last release go on, begun before the migration or after it`, async () => {
    const released = await openReleased(kind, () => START);
    await released.signIn("before");
    await migrateStore(released.database);
    await released.signIn("after");
    const store = createSqlStore(released.database);
    for (const id of ["before", "after"])
      expect(await store.refreshSession(refreshOf("account", id))).toMatchObject({
        session: { generation: 1, device: DEVICE, lastSeen: DEVICE, sharing: null, deviceChangedAt: null },
      });
    expect((await store.listUsers({ accountId: "account", limit: 9, after: null })).items.length).toBe(1);
  });

  test(`${kind.name}: after a rotation by the last release, no network counts as another one`, async () => {
    let now = START;
    const released = await openReleased(kind, () => now);
    await released.signIn("one");
    await migrateStore(released.database);
    const store = createSqlStore(released.database);
    const from = (ip: string, generation: number) =>
      store.refreshSession({ ...refreshOf("account", "one", generation), network: networkDigestOf(ip) });
    expect(await from("192.0.2.7", 0)).toMatchObject({ session: { generation: 1 } });
    expect(await from("198.51.100.1", 0)).toBe(null);
    now += 60_000;
    await released.rotate("one");
    expect(await from("198.51.100.1", 1)).toMatchObject({ session: { generation: 2, sharing: null } });
  });

  test(`${kind.name}: users of the last release are listed as a person would, begun before the migration or after it`, async () => {
    const released = await openReleased(kind, () => START);
    await released.addUser("zoe", "Zoë");
    await released.addUser("angstrom", "Ängström");
    await migrateStore(released.database);
    const store = createSqlStore(released.database);
    const names = async () =>
      (await store.listUsers({ accountId: "account", limit: 9, after: null })).items.map(({ name }) => name);
    expect(await names()).toEqual(["Ada", "Ängström", "Zoë"]);
    await released.addUser("bob", "bob");
    expect(new Set(await names())).toEqual(new Set(["Ada", "Ängström", "Zoë", "bob"]));
    await migrateStore(released.database);
    expect(await names()).toEqual(["Ada", "Ängström", "bob", "Zoë"]);
  });

  test(`${kind.name}: more users of the last release than a batch holds get their keys`, async () => {
    const released = await openReleased(kind, () => START);
    for (let index = 0; index < 21; index += 1)
      await released.execute(
        `INSERT INTO curfew_users (account_id, id, name, email, role) VALUES ${Array.from({ length: 100 }, (_, user) => `('account', '${index}-${user}', 'Ünal ${index}', '', 'member')`).join()}`,
      );
    await migrateStore(released.database);
    expect(await released.count("SELECT count(*) AS count FROM curfew_users WHERE name_key IS NULL")).toBe(0);
    expect(await released.count("SELECT count(*) AS count FROM curfew_users WHERE name_key = 'unal 7'")).toBe(
      100,
    );
  });
}
