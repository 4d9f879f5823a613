export { createSqlStore, migrateStore } from "./create-store.js";
export {
  DatabaseOpenError,
  type DatabaseOpenErrorCode,
  type Dialect,
  type PoolState,
  type SqlDatabase,
  type WriteOptions,
} from "./database.js";
export { type Migration, migrate } from "./migrate.js";
export {
  type OpenPostgresOptions,
  type OpenPostgresPoolOptions,
  type OpenPostgresUrlOptions,
  openPostgres,
} from "./postgres/open.js";
export type { PostgresPool } from "./postgres/pool.js";
export type { CurfewTables } from "./schema.js";
export {
  type OpenSqliteDatabaseOptions,
  type OpenSqliteOptions,
  type OpenSqlitePathOptions,
  openSqlite,
  type SqliteConnection,
  type SqliteDatabase,
} from "./sqlite/open.js";
export { isActingOwner } from "./store/acting-owner.js";
export type { EndedAuthority, IdValue, SqlStoreOptions } from "./store/context.js";
export { createEventWriter, type EventWriter } from "./store/events.js";
export { createTrailRedactor } from "./store/redact-about.js";
export { USER_SORT } from "./store/rows.js";
export { createSignInReader, type SignInReader } from "./store/start-session.js";
export {
  all,
  announce,
  clock,
  first,
  fixed,
  type Gather,
  lastly,
  lock,
  lockAccount,
  type Request,
  raw,
  run,
  type Statement,
  type StatementResult,
  statedClock,
  together,
  tryLockAccounts,
  type Unit,
} from "./unit.js";
