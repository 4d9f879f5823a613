import { expect, test } from "vitest";
import { createSqlStore, migrateStore, openPostgres } from "../../src/index.js";
import { onServer, throwAwayDatabase } from "../support/databases.js";
import { outcomeOf } from "../support/outcomes.js";

/** The address of a database that says of itself that it is a standby. */
async function standbyUrl(): Promise<string> {
  const url = await throwAwayDatabase();
  const primary = openPostgres({ url });
  await migrateStore(primary);
  await primary.close();
  await onServer("CREATE SCHEMA standby", url);
  await onServer(
    "CREATE FUNCTION standby.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    url,
  );
  const address = new URL(url);
  address.searchParams.set("options", "-c search_path=standby,pg_catalog,public");
  return address.href;
}

test("a standby decides nothing about sessions: it may not have heard of what ended them", async () => {
  const database = openPostgres({ url: await standbyUrl() });
  const store = createSqlStore(database);
  expect(await outcomeOf(store.readFeed({ cursor: null, sinceMs: 60_000 }))).toBe("unavailable");
  expect(await outcomeOf(store.readSession("account", "session"))).toBe("unavailable");
  expect(await outcomeOf(store.now())).toBe("unavailable");
  // Whoever took over may go by the same name by now.
  expect(database.poolState()).toEqual({ open: 0, idle: 0, waiting: 0 });
  await store.close();
});
