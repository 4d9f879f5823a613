import { sql } from "kysely";
import { expect, test } from "vitest";
import { raw, run } from "../src/index.js";
import { describeCounts, storedCounts } from "./support/counts.js";
import { openMigratedSqlite } from "./support/migrated-sqlite.js";
import { openStore, refreshOf, signIn } from "./support/sessions.js";

describeCounts({ name: "SQLite in memory", hasTables: true, open: openMigratedSqlite }, 60);

test("a refresh changes no count and runs no trigger", async () => {
  const { database, store } = await openStore();
  await signIn(store, "account", "ada", "one");
  const before = await storedCounts(database, "account");
  const queries = database.queries<Record<never, never>>();
  const guard = `CREATE TRIGGER guard AFTER UPDATE ON curfew_users BEGIN SELECT RAISE(ABORT, 'a user was written'); END`;
  await database.write(() => run(raw(queries, sql.raw(guard))));
  expect(await store.refreshSession(refreshOf("account", "one"))).toMatchObject({
    session: { generation: 1 },
  });
  expect(await storedCounts(database, "account")).toEqual(before);
});
