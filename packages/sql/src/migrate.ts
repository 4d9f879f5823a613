import { sql } from "kysely";
import { DatabaseOpenError, type SqlDatabase } from "./database.js";
import { all, clock, raw, run } from "./unit.js";

/** One step of a schema, for each database that it can be applied to. A step that has been released never changes. */
export interface Migration {
  /** Names the step for good, and sorts after those before it. */
  readonly name: string;
  readonly statements: { readonly sqlite: readonly string[] };
}

/**
 * Brings a schema up to date: each step that the ledger does not name runs, in one transaction with its line in the ledger.
 * Throws `DatabaseOpenError` `newer` where the ledger names a step that is not among `migrations`, and `unavailable`.
 *
 * @param options.ledger the table that remembers what was applied; one for each owner of tables
 * @example await migrate(database, { ledger: "app_migrations", migrations: [first, second] });
 */
export async function migrate(
  database: SqlDatabase,
  options: { readonly ledger: string; readonly migrations: readonly Migration[] },
): Promise<void> {
  const queries = database.queries<Record<never, never>>();
  const ledger = sql.table(options.ledger);

  const applied = await database.write(function* () {
    yield* run(
      raw(
        queries,
        sql`CREATE TABLE IF NOT EXISTS ${ledger} (name TEXT PRIMARY KEY, applied_at INTEGER NOT NULL)`,
      ),
    );
    return yield* all(raw(queries, sql<{ name: string }>`SELECT name FROM ${ledger}`));
  });
  const appliedNames = new Set(applied.map((row) => row.name));
  const known = new Set(options.migrations.map((migration) => migration.name));
  const unknown = [...appliedNames].find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new DatabaseOpenError("newer", `the database is of a newer version: it holds the step ${unknown}`);

  for (const migration of options.migrations) {
    if (appliedNames.has(migration.name)) continue;
    await database.write(function* () {
      for (const text of migration.statements[database.dialect.name]) yield* run(raw(queries, sql.raw(text)));
      const now = yield* clock();
      yield* run(
        raw(queries, sql`INSERT INTO ${ledger} (name, applied_at) VALUES (${migration.name}, ${now})`),
      );
    });
  }
}
