import { sql } from "kysely";
import { expect, test } from "vitest";
import { raw, run } from "../src/index.js";
import { describeCounts, keptCounts } from "./support/counts.js";
import { sqliteInMemory } from "./support/databases.js";
import { openStore, refreshOf, signIn } from "./support/sessions.js";

describeCounts(sqliteInMemory, 60);

test("no count moves by a refresh, and no trigger runs", async () => {
  const { database, store } = await openStore();
  await signIn(store, "account", "ada", "one");
  const before = await keptCounts(database, "account");
  const queries = database.queries<Record<never, never>>();
  const trace = `CREATE TRIGGER watch AFTER UPDATE ON curfew_users BEGIN SELECT RAISE(ABORT, 'a user was written'); END`;
  await database.write(() => run(raw(queries, sql.raw(trace))));
  expect(await store.refreshSession(refreshOf("account", "one"))).toMatchObject({
    session: { generation: 1 },
  });
  expect(await keptCounts(database, "account")).toEqual(before);
});
