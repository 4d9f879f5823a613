import { isCurfewError } from "@curfew/core";
import { expect, test } from "vitest";
import { createSqlStore, migrateStore, openPostgres } from "../../src/index.js";
import { onServer, throwAwayDatabase } from "../support/databases.js";

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

const outcome = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => "answered",
    (error: unknown) => (isCurfewError(error, "unavailable") ? "unavailable" : String(error)),
  );

test("a standby decides nothing about sessions: it may not have heard of what ended them", async () => {
  const store = createSqlStore(openPostgres({ url: await standbyUrl() }));
  expect(await outcome(store.readFeed({ cursor: null, sinceMs: 60_000 }))).toBe("unavailable");
  expect(await outcome(store.readSession("account", "session"))).toBe("unavailable");
  expect(await outcome(store.now())).toBe("unavailable");
  await store.close();
});
