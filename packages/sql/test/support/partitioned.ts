import { type Migration, migrate, openPostgres } from "../../src/index.js";
import { sessionsMigration } from "../../src/migrations/0001-sessions.js";
import { postgresKind } from "./databases.js";

const PARTITIONS = 4;
/** Holds rows within one statement alone. */
const SCRATCH = "curfew_count_changes";

/** The statement, or the same table partitioned by hash of its account, with its partitions. */
function partitioned(statement: string): readonly string[] {
  const table = /^\s*CREATE (?:UNLOGGED )?TABLE (\w+)/.exec(statement)?.[1];
  if (table === undefined || table === SCRATCH) return [statement];
  const key = table === "curfew_accounts" ? "id" : "account_id";
  return [
    `${statement} PARTITION BY HASH (${key})`,
    ...Array.from(
      { length: PARTITIONS },
      (_, nth) =>
        `CREATE TABLE ${table}_${nth} PARTITION OF ${table} FOR VALUES WITH (MODULUS ${PARTITIONS}, REMAINDER ${nth})`,
    ),
  ];
}

/** The store's own step, as an operator writes it who spreads accounts: the same tables, indexes and triggers. */
export const partitionedMigration: Migration = {
  name: sessionsMigration.name,
  statements: { postgres: (sessionsMigration.statements.postgres ?? []).flatMap(partitioned) },
};

export const partitionedPostgres = postgresKind("PostgreSQL, partitioned by account", async (url, now) => {
  const database = openPostgres({ url, ...(now && { now }) });
  await migrate(database, { ledger: "curfew_migrations", migrations: [partitionedMigration] });
  return database;
});
