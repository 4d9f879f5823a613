export { createSqlStore, migrateStore } from "./create-store.js";
export {
  DatabaseOpenError,
  type DatabaseOpenErrorCode,
  type PoolState,
  type SqlDatabase,
} from "./database.js";
export type { Dialect } from "./dialect.js";
export { createEventWriter, type EventWriter } from "./event-writer.js";
export { fixed } from "./fixed.js";
export { type Migration, migrate } from "./migrate.js";
export { type OpenPostgresOptions, openPostgres } from "./postgres/open.js";
export { type OpenSqliteOptions, openSqlite } from "./sqlite/open.js";
export {
  all,
  announce,
  clock,
  first,
  lock,
  lockAccount,
  type Request,
  raw,
  run,
  type Statement,
  type StatementResult,
  statedClock,
  type Unit,
} from "./unit.js";
