import { type Kysely, sql } from "kysely";
import { DatabaseOpenError, type SqlDatabase } from "./database.js";
import type { Dialect } from "./dialect.js";
import { all, clock, raw, run, type Unit } from "./unit.js";

/**
 * One step of a schema, for each database that it can be applied to. A step that has been released never changes, and the
 * code of the version before works with it: during an upgrade both are at work.
 */
export interface Migration {
  /** Names the step for good, and sorts after those before it. */
  readonly name: string;
  readonly statements: Readonly<Partial<Record<Dialect["name"], readonly string[]>>>;
}

/** How many steps ahead a database may be of the code that works with it. */
const STEPS_AHEAD = 1;

/**
 * Brings a schema up to date: each step that the ledger does not name runs, in one transaction with its line in the ledger;
 * of several that do so at once each step is taken by one. Throws `DatabaseOpenError` `newer` where the ledger names more
 * than one step that is not among `migrations`, `cannot_open`, and `unavailable`.
 *
 * @param options.ledger the table that remembers what was applied; one for each owner of tables
 * @example await migrate(database, { ledger: "app_migrations", migrations: [first, second] });
 */
export async function migrate(
  database: SqlDatabase,
  options: { readonly ledger: string; readonly migrations: readonly Migration[] },
): Promise<void> {
  const queries = database.queries<Record<never, never>>();
  const ledger = ledgerOf(queries, options.ledger);
  const known = new Set(options.migrations.map((migration) => migration.name));

  const missing = await database.alter(function* () {
    yield* ledger.make();
    const applied = yield* ledger.names();
    const unknown = [...applied].filter((name) => !known.has(name));
    if (unknown.length > STEPS_AHEAD)
      throw new DatabaseOpenError(
        "newer",
        `the database is of a newer version: it holds the steps ${unknown.join(", ")}`,
      );
    return options.migrations.filter(({ name }) => !applied.has(name));
  });
  for (const { name, statements } of missing)
    await database.alter(function* () {
      // Another process may have taken the step since.
      if ((yield* ledger.names()).has(name)) return;
      const texts = statements[database.dialect.name];
      if (texts === undefined) throw new Error(`the step ${name} says nothing of ${database.dialect.name}`);
      for (const text of texts) yield* run(raw(queries, sql.raw(text)));
      yield* ledger.add(name, yield* clock());
    });
}

function ledgerOf(queries: Kysely<Record<never, never>>, name: string) {
  const ledger = sql.table(name);
  return {
    *make(): Unit<void> {
      yield* run(
        raw(
          queries,
          sql`CREATE TABLE IF NOT EXISTS ${ledger} (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)`,
        ),
      );
    },
    *names(): Unit<ReadonlySet<string>> {
      const rows = yield* all(raw(queries, sql<{ name: string }>`SELECT name FROM ${ledger}`));
      return new Set(rows.map((row) => row.name));
    },
    *add(step: string, at: number): Unit<void> {
      yield* run(raw(queries, sql`INSERT INTO ${ledger} (name, applied_at) VALUES (${step}, ${at})`));
    },
  };
}
