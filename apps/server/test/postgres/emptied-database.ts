import { openPostgres, raw, run, type SqlDatabase } from "@curfew/sql";
import { sql } from "kysely";
import { postgresSettings } from "../harness/postgres-settings.js";

/**
 * Deletes all rows but those that migrations wrote, without triggers. Creating a database for each test would take longer than
 * most of the tests.
 */
const EMPTY_TABLES = `DO $$
DECLARE name TEXT;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename NOT LIKE '%_migrations' AND tablename <> 'instance'
  LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
END $$`;

interface Opened {
  readonly database: SqlDatabase;
  /** Of the test that uses the database. */
  now(): number;
}

/** They stay open from test to test: connecting takes longer than most of the tests. */
const opened = new Map<string, Opened>();

/** Opens a database of the test server's, without the rows of earlier tests. @param name who uses it */
export async function openEmptied(name: string, now: () => number): Promise<SqlDatabase> {
  const kept = opened.get(name) ?? { database: await openNamed(name), now };
  opened.set(name, kept);
  kept.now = now;
  const { database } = kept;
  await database.write(function* () {
    yield* run(raw(database.queries(), sql.raw(EMPTY_TABLES)));
  });
  return { ...database, close: async () => undefined };
}

async function openNamed(name: string): Promise<SqlDatabase> {
  const { DATABASE_URL: url } = await postgresSettings(name);
  if (url === undefined) throw new Error("there is no PostgreSQL");
  return openPostgres({ url, now: () => opened.get(name)?.now() ?? Date.now() });
}
