import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from "kysely";
import type { Dialect } from "../dialect.js";

/** The server's clock in milliseconds since the Unix epoch: the moment of the reading, not of the transaction. */
export const SERVER_CLOCK = "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";

/** The number by which an advisory lock goes. @param key an expression for the key that a unit locks */
export const lockKeyOf = (key: string): string => `hashtextextended(${key}, 0)`;

const TYPES = { text: sql`TEXT`, number: sql`BIGINT` } as const;

export const postgresDialect: Dialect = {
  name: "postgres",
  joinInOrder: sql`JOIN`,
  skipLocked: sql`FOR UPDATE SKIP LOCKED`,
  least: (left, right) => sql`least(${left}, ${right})`,
  greatest: (left, right) => sql`greatest(${left}, ${right})`,
  jsonIncrement: (text, field) => sql`CAST(jsonb_set(CAST(${text} AS jsonb), ${sql.lit(`{${field}}`)},
    to_jsonb(CAST(CAST(${text} AS jsonb) ->> ${sql.lit(field)} AS BIGINT) + 1)) AS TEXT)`,
  rows: (json, columns) => sql`(
    SELECT * FROM jsonb_to_recordset(CAST(${json} AS jsonb)) AS r (${sql.join(
      Object.entries(columns).map(([name, type]) => sql`${sql.ref(name)} ${TYPES[type]}`),
    )}))`,
  atMoment: (stated, build) => sql`
    WITH moment AS MATERIALIZED (SELECT coalesce(CAST(${stated} AS BIGINT), ${sql.raw(SERVER_CLOCK)}) AS now)
    ${build(sql`(SELECT now FROM moment)`)}`,
};

/** A Kysely that compiles for PostgreSQL and runs nothing: statements run through the driver of this package. */
export function postgresCompiler<Tables>(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}
