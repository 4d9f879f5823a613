import { expect, test } from "vitest";
import { describeSqlStore } from "../support/conformance.js";
import { partitionedMigration, partitionedPostgres } from "../support/partitioned.js";

describeSqlStore(partitionedPostgres);

test("six tables are partitioned, and none but the ledger and the scratch table is not", () => {
  const texts = partitionedMigration.statements.postgres ?? [];
  expect(texts.filter((text) => text.endsWith("PARTITION BY HASH (account_id)")).length).toBe(5);
  expect(texts.filter((text) => text.endsWith("PARTITION BY HASH (id)")).length).toBe(1);
  expect(texts.filter((text) => /CREATE (UNLOGGED )?TABLE \w+ \(/.test(text)).length).toBe(7);
});
