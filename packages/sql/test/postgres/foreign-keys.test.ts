import { expect, test } from "vitest";
import { migrateStore, openPostgres } from "../../src/index.js";
import { createTestDatabase, queryServer } from "../support/databases.js";

/** Foreign keys whose columns no index of all rows begins with: deleting a row that they refer to looks through the table. */
const UNINDEXED = `SELECT c.conname AS name FROM pg_constraint AS c
  WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND NOT EXISTS (
    SELECT 1 FROM pg_index AS i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
      AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)`;

test("no deletion of a user or an account looks through the sessions for rows that refer to it", async () => {
  const url = await createTestDatabase();
  const database = openPostgres({ url });
  await migrateStore(database);
  await database.close();
  expect(await queryServer(UNINDEXED, url)).toEqual([]);
});
