import { openPostgres, type SqlDatabase } from "@curfew/sql";
import { postgresSettings } from "../harness/postgres-settings.js";
import { runSql } from "../harness/sql-client.js";

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

/** Opens a database of the test server's, without the rows of earlier tests. @param name who uses it */
export async function openEmptied(name: string, now: () => number): Promise<SqlDatabase> {
  const { DATABASE_URL: url } = await postgresSettings(name);
  if (url === undefined) throw new Error("there is no PostgreSQL");
  await runSql(url, EMPTY_TABLES);
  return openPostgres({ url, now });
}
