import { all, DatabaseOpenError, migrate, migrateStore, openSqlite, raw, run } from "@curfew/sql";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAccountDirectory } from "../../../src/accounts/accounts.js";
import { migrateService, SERVICE_LEDGER, SERVICE_MIGRATIONS } from "../../../src/database/migrations.js";
import { join, register } from "../api-calls.js";
import { createTestService, type TestService } from "../test-service.js";

/** The migrations of the last release. A release that adds one lists it here. */
const RELEASED = ["0001-people", "0002-failed-sign-ins"];

describe("an account", () => {
  let service: TestService;
  beforeEach(async () => {
    service = await createTestService();
  });
  afterEach(() => service.close());

  it("can be read by its users, who see no other account", async () => {
    const ada = await register(service, "Ada");
    const eve = await register(service, "Eve");
    const bob = await join(service, ada, "Bob");
    const created_at = new Date(service.clock.now()).toISOString();
    const readBy = async (token: string) => (await service.call("GET", "/api/accounts/me", { token })).body;
    const adas = { id: ada.accountId, name: "Ada's account", created_at };
    expect(await readBy(ada.token)).toEqual(adas);
    expect(await readBy(bob.token)).toEqual(adas);
    expect(await readBy(eve.token)).toEqual({ id: eve.accountId, name: "Eve's account", created_at });
  });

  it("can't be read without a token", async () => {
    expect(await service.call("GET", "/api/accounts/me")).toMatchObject({
      status: 401,
      body: { code: "unauthenticated" },
    });
  });

  it("gives its name from memory, while that of an unknown account is read each time", async () => {
    const ada = await register(service, "Ada");
    let reads = 0;
    const directory = createAccountDirectory(
      {
        ...service.database,
        read: (unit) => {
          reads += 1;
          return service.database.read(unit);
        },
      },
      service.clock.monotonic,
    );
    expect(await directory.read(ada.userId)).toBeNull();
    expect(await directory.nameOf(ada.userId)).toBe("");
    expect(await directory.nameOf(ada.userId)).toBe("");
    expect(reads).toBe(3);
    const account = { id: ada.accountId, name: "Ada's account", createdAt: service.clock.now() };
    expect(await directory.read(ada.accountId)).toEqual(account);
    expect(await directory.nameOf(ada.accountId)).toBe("Ada's account");
    expect(await directory.nameOf(ada.accountId)).toBe("Ada's account");
    expect(reads).toBe(4);
  });

  it("is looked for in the database until one exists", async () => {
    let reads = 0;
    const directory = createAccountDirectory(
      {
        ...service.database,
        read: (unit) => {
          reads += 1;
          return service.database.read(unit);
        },
      },
      service.clock.monotonic,
    );
    expect(await directory.hasAny()).toBe(false);
    await register(service, "Ada");
    expect(await directory.hasAny()).toBe(true);
    expect(await directory.hasAny()).toBe(true);
    expect(reads).toBe(2);
  });
});

describe("the service's tables", () => {
  it("are created once, however often they are migrated", async () => {
    const service = await createTestService();
    await register(service, "Ada");
    const before = await service.rowCounts();
    await migrateService(service.database);
    expect(await service.rowCounts()).toEqual(before);
    expect(await service.query("SELECT name FROM server_migrations ORDER BY name")).toEqual(
      SERVICE_MIGRATIONS.map(({ name }) => ({ name })),
    );
    await service.close();
  });

  it("get at most one migration in a release, so that the release before it accepts the schema", () => {
    const names = SERVICE_MIGRATIONS.map(({ name }) => name);
    expect(names.slice(0, RELEASED.length)).toEqual(RELEASED);
    expect(names.length - RELEASED.length).toBeLessThanOrEqual(1);
  });

  it("lose the open invitations of owners whom the last release disabled or demoted", async () => {
    const database = openSqlite({ path: null });
    const queries = database.queries<Record<never, never>>();
    await migrateStore(database);
    await migrate(database, {
      ledger: SERVICE_LEDGER,
      migrations: SERVICE_MIGRATIONS.slice(0, RELEASED.length),
    });
    for (const text of [
      "INSERT INTO curfew_accounts (id) VALUES ('a')",
      `INSERT INTO curfew_users (account_id, id, name, email, role, disabled) VALUES ('a', 'owner', '', '', 'owner', 0),
        ('a', 'disabled', '', '', 'owner', 1), ('a', 'demoted', '', '', 'member', 0)`,
      `INSERT INTO invitations SELECT account_id, 'by ' || id, id, '', '', 'owner', '', 2000, id, 1000 FROM curfew_users`,
    ])
      await database.write(() => run(raw(queries, sql.raw(text))));
    await migrateService(database);
    expect(
      await database.read(() =>
        all(raw(queries, sql`SELECT user_id, expires_at FROM invitations ORDER BY user_id`)),
      ),
    ).toEqual([
      { user_id: "by demoted", expires_at: 1000 },
      { user_id: "by disabled", expires_at: 1000 },
      { user_id: "by owner", expires_at: 2000 },
    ]);
    await database.close();
  });

  it("are not touched if a newer version created them", async () => {
    const database = openSqlite({ path: null });
    await migrateStore(database);
    await migrateService(database);
    await database.write(() =>
      run(
        raw(
          database.queries(),
          sql`INSERT INTO server_migrations (name, applied_at) VALUES ('9998-later', 0), ('9999-latest', 0)`,
        ),
      ),
    );
    const error = await migrateService(database).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseOpenError);
    expect(error).toMatchObject({ code: "newer" });
    await database.close();
  });
});
