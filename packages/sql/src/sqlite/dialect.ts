import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from "kysely";
import type { Dialect } from "../dialect.js";

/** The name of the SQL function that `openSqlite` registers. */
export const NEW_ID_FUNCTION = "curfew_new_id";

export const sqliteDialect: Dialect = {
  name: "sqlite",
  least: (left, right) => sql`min(${left}, ${right})`,
  greatest: (left, right) => sql`max(${left}, ${right})`,
  jsonObject: (fields) =>
    sql`json_object(${sql.join(Object.entries(fields).flatMap(([name, value]) => [sql.lit(name), value]))})`,
  jsonIncrement: (text, field) =>
    sql`json_set(${text}, ${sql.lit(`$.${field}`)}, json_extract(${text}, ${sql.lit(`$.${field}`)}) + 1)`,
  newId: (now) => sql`${sql.raw(NEW_ID_FUNCTION)}(${now})`,
};

/** A Kysely that compiles for SQLite and runs nothing: statements run through the database's own cache. */
export function sqliteCompiler<Tables>(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}
