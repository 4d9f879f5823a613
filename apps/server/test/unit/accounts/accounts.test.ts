import { DatabaseOpenError, openSqlite, raw, run } from "@curfew/sql";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAccountDirectory } from "../../../src/accounts/account-directory.js";
import { emailKeyOf } from "../../../src/accounts/email-key.js";
import { migrateService } from "../../../src/database/migrate-service.js";
import { join, register } from "../acts.js";
import { createWorld, type World } from "../world.js";

describe("the form in which e-mails are compared", () => {
  it.each([
    ["Ada@Example.TEST", "ada@example.test"],
    ["  ada@example.test\n", "ada@example.test"],
    ["ÉMILE@example.test", "émile@example.test"],
    ["e\u0301mile@example.test", "\u00e9mile@example.test"],
    ["ada+curfew@example.test", "ada+curfew@example.test"],
  ])("of %j is %j", (email, key) => {
    expect(emailKeyOf(email)).toBe(key);
  });

  it("keeps different addresses apart", () => {
    expect(emailKeyOf("a.da@example.test")).not.toBe(emailKeyOf("ada@example.test"));
    expect(emailKeyOf("ada+x@example.test")).not.toBe(emailKeyOf("ada@example.test"));
  });
});

describe("an account", () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.close());

  it("is read by everybody in it, and is their own", async () => {
    const ada = await register(world, "Ada");
    const eve = await register(world, "Eve");
    const bob = await join(world, ada, "Bob");
    const created_at = new Date(world.clock.now()).toISOString();
    const readBy = async (token: string) => (await world.call("GET", "/api/accounts/me", { token })).body;
    const adas = { id: ada.accountId, name: "Ada's account", created_at };
    expect(await readBy(ada.token)).toEqual(adas);
    expect(await readBy(bob.token)).toEqual(adas);
    expect(await readBy(eve.token)).toEqual({ id: eve.accountId, name: "Eve's account", created_at });
  });

  it("is shown to nobody without a token", async () => {
    expect(await world.call("GET", "/api/accounts/me")).toMatchObject({
      status: 401,
      body: { code: "unauthenticated" },
    });
  });

  it("is asked of the database once, and those that there are not each time", async () => {
    const ada = await register(world, "Ada");
    let reads = 0;
    const directory = createAccountDirectory({
      ...world.database,
      read: (unit) => {
        reads += 1;
        return world.database.read(unit);
      },
    });
    expect(await directory.read(ada.userId)).toBeNull();
    expect(await directory.nameOf(ada.userId)).toBe("");
    expect(reads).toBe(2);
    const account = { id: ada.accountId, name: "Ada's account", createdAt: world.clock.now() };
    expect(await directory.read(ada.accountId)).toEqual(account);
    expect(await directory.read(ada.accountId)).toEqual(account);
    expect(await directory.nameOf(ada.accountId)).toBe("Ada's account");
    expect(reads).toBe(3);
  });

  it("is there or not, asked until there is one", async () => {
    let reads = 0;
    const directory = createAccountDirectory({
      ...world.database,
      read: (unit) => {
        reads += 1;
        return world.database.read(unit);
      },
    });
    expect(await directory.hasAny()).toBe(false);
    await register(world, "Ada");
    expect(await directory.hasAny()).toBe(true);
    expect(await directory.hasAny()).toBe(true);
    expect(reads).toBe(2);
  });
});

describe("the service's tables", () => {
  it("are made once, however often they are brought up to date", async () => {
    const world = await createWorld();
    await register(world, "Ada");
    const before = await world.rowCounts();
    await migrateService(world.database);
    expect(await world.rowCounts()).toEqual(before);
    expect(await world.query("SELECT name FROM server_migrations ORDER BY name")).toEqual([
      { name: "0001-people" },
      { name: "0002-failed-sign-ins" },
    ]);
    await world.close();
  });

  it("are left alone where a newer version has made them", async () => {
    const database = openSqlite({ path: null });
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
