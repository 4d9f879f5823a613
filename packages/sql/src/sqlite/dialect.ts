import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from "kysely";
import type { Dialect } from "../database.js";
import { toJson } from "../to-json.js";

export const sqliteDialect: Dialect = {
  name: "sqlite",
  writesConcurrently: false,
  joinInOrder: sql`CROSS JOIN`,
  // SQLite has one connection here, so no other transaction can hold a row.
  skipLocked: sql``,
  least: (left, right) => sql`min(${left}, ${right})`,
  greatest: (left, right) => sql`max(${left}, ${right})`,
  position: (text, part) => sql`instr(${text}, ${part})`,
  jsonIncrement: (text, field) =>
    sql`json_set(${text}, ${sql.lit(`$.${field}`)}, json_extract(${text}, ${sql.lit(`$.${field}`)}) + 1)`,
  jsonText: (text, field) => sql`json_extract(${text}, ${sql.lit(`$.${field}`)})`,
  isAmong: (value, json) => sql`${value} IN (SELECT value FROM json_each(${json}))`,
  rows: (objects, columns) => sql`(
    SELECT ${sql.join(Object.keys(columns).map((name) => sql`value ->> ${sql.lit(name)} AS ${sql.ref(name)}`))}
    FROM json_each(${toJson(objects)}))`,
  mark: (now) => sql`${now}`,
  snapshot: (now) => sql`CAST(CAST(${now} AS INTEGER) AS TEXT)`,
  // One write at a time commits, so only the same millisecond is in doubt.
  isSince: (mark, snapshot) => sql`${mark} >= CAST(${snapshot} AS INTEGER)`,
  atMoment: (stated, build) => build(sql`${stated}`),
};

/** Creates a Kysely that only compiles statements; `StatementCache` runs them. */
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
