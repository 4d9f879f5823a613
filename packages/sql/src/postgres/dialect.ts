import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from "kysely";
import type { Dialect } from "../database.js";
import { toJson } from "../to-json.js";

/**
 * The server's clock in milliseconds since the Unix epoch: the current time, not the time at which the
 * transaction began.
 */
export const SERVER_CLOCK = "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";

/** The number of the advisory lock for a key. @param key an SQL expression */
export const advisoryLockId = (key: string): string => `hashtextextended(${key}, 0)`;

const TYPES = { text: sql`TEXT`, number: sql`BIGINT` } as const;

export const postgresDialect: Dialect = {
  name: "postgres",
  writesConcurrently: true,
  joinInOrder: sql`JOIN`,
  skipLocked: sql`FOR UPDATE SKIP LOCKED`,
  least: (left, right) => sql`least(${left}, ${right})`,
  greatest: (left, right) => sql`greatest(${left}, ${right})`,
  position: (text, part) => sql`strpos(${text}, ${part})`,
  jsonIncrement: (text, field) => sql`CAST(jsonb_set(CAST(${text} AS jsonb), ${sql.lit(`{${field}}`)},
    to_jsonb(CAST(CAST(${text} AS jsonb) ->> ${sql.lit(field)} AS BIGINT) + 1)) AS TEXT)`,
  jsonText: (text, field) => sql`(CAST(${text} AS json) ->> ${sql.lit(field)})`,
  isAmong: (value, json) =>
    sql`${value} = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(${json} AS jsonb))))`,
  rows: (objects, columns) => sql`(
    SELECT * FROM jsonb_to_recordset(CAST(${toJson(objects)} AS jsonb)) AS r (${sql.join(
      Object.entries(columns).map(([name, type]) => sql`${sql.ref(name)} ${TYPES[type]}`),
    )}))`,
  // A transaction that commits late has an early time, but is not in the snapshot.
  mark: () => sql`pg_current_xact_id()`,
  snapshot: () => sql`CAST(pg_current_snapshot() AS TEXT)`,
  isSince: (mark, snapshot) => sql`NOT pg_visible_in_snapshot(${mark}, CAST(${snapshot} AS pg_snapshot))`,
  atMoment: (stated, build) => sql`
    WITH moment AS MATERIALIZED (SELECT coalesce(CAST(${stated} AS BIGINT), ${sql.raw(SERVER_CLOCK)}) AS now)
    ${build(sql`(SELECT now FROM moment)`)}`,
};

/** Creates a Kysely that only compiles statements; `Connection` runs them. */
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
