import { type Kysely, sql } from "kysely";
import { DatabaseOpenError, type Dialect, type SqlDatabase } from "./database.js";
import { all, clock, raw, run, type Unit } from "./unit.js";

/**
 * One step of a schema, with its statements for each database. A released step never changes, and the code of
 * the previous version must work with it: during a rolling upgrade both versions run.
 */
export interface Migration {
  /** Identifies the step permanently; later steps sort after earlier ones. */
  readonly name: string;
  readonly statements: Readonly<Partial<Record<Dialect["name"], readonly string[]>>>;
}

/** How many unknown steps a database may have: one, while a rolling upgrade is in progress. */
const MAX_UNKNOWN_STEPS = 1;

/**
 * Applies each step that the ledger does not list, in a transaction that also adds the step to the ledger.
 * Processes that migrate concurrently apply each step once.
 *
 * @param options.ledger the table of applied steps; each owner of tables has its own
 * @throws `DatabaseOpenError` `newer` if the ledger lists more than one step that is not in `migrations`, and
 * `cannot_open`; `unavailable`
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
    yield* ledger.create();
    const applied = yield* ledger.names();
    const unknown = [...applied].filter((name) => !known.has(name));
    if (unknown.length > MAX_UNKNOWN_STEPS)
      throw new DatabaseOpenError(
        "newer",
        `the database is of a newer version: it holds the steps ${unknown.join(", ")}`,
      );
    return options.migrations.filter(({ name }) => !applied.has(name));
  });
  for (const { name, statements } of missing)
    await database.alter(function* () {
      // Another process may have applied the step in the meantime.
      if ((yield* ledger.names()).has(name)) return;
      const texts = statements[database.dialect.name];
      if (texts === undefined)
        throw new Error(`the migration ${name} has no statements for ${database.dialect.name}`);
      for (const text of texts) yield* run(raw(queries, sql.raw(text)));
      yield* ledger.add(name, yield* clock());
    });
}

function ledgerOf(queries: Kysely<Record<never, never>>, name: string) {
  const ledger = sql.table(name);
  return {
    *create(): Unit<void> {
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
