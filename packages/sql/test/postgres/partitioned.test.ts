import { expect, test } from "vitest";
import { type Migration, migrate, openPostgres } from "../../src/index.js";
import { sessionsMigration } from "../../src/migrations/0001-sessions.js";
import { STORE_MIGRATIONS } from "../../src/migrations/store-migrations.js";
import { describeSqlStore } from "../support/conformance.js";
import { postgresKind } from "../support/databases.js";

const PARTITION_COUNT = 4;
/** Holds rows only while a statement runs, so it is not partitioned. */
const SCRATCH_TABLE = "curfew_count_changes";

/**
 * Partitions a table that the statement creates by hash of its account; returns any other statement
 * unchanged.
 */
function partitioned(statement: string): readonly string[] {
  const table = /^\s*CREATE (?:UNLOGGED )?TABLE (\w+)/.exec(statement)?.[1];
  if (table === undefined || table === SCRATCH_TABLE) return [statement];
  const key = table === "curfew_accounts" ? "id" : "account_id";
  return [
    `${statement} PARTITION BY HASH (${key})`,
    ...Array.from(
      { length: PARTITION_COUNT },
      (_, nth) =>
        `CREATE TABLE ${table}_${nth} PARTITION OF ${table} FOR VALUES WITH (MODULUS ${PARTITION_COUNT}, REMAINDER ${nth})`,
    ),
  ];
}

/**
 * The store's migration as an operator would rewrite it: the same tables, indexes and triggers, partitioned
 * by account.
 */
const partitionedMigration: Migration = {
  name: sessionsMigration.name,
  statements: { postgres: (sessionsMigration.statements.postgres ?? []).flatMap(partitioned) },
};

describeSqlStore(
  postgresKind("PostgreSQL, partitioned by account", async (url, now) => {
    const database = openPostgres({ url, ...(now && { now }) });
    await migrate(database, {
      ledger: "curfew_migrations",
      migrations: [partitionedMigration, ...STORE_MIGRATIONS.slice(1)],
    });
    return database;
  }),
);

test("all tables except the scratch table are partitioned", () => {
  const texts = partitionedMigration.statements.postgres ?? [];
  expect(texts.filter((text) => text.endsWith("PARTITION BY HASH (account_id)")).length).toBe(5);
  expect(texts.filter((text) => text.endsWith("PARTITION BY HASH (id)")).length).toBe(1);
  expect(texts.filter((text) => /CREATE (UNLOGGED )?TABLE \w+ \(/.test(text)).length).toBe(7);
});
