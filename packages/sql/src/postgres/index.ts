export { createSqlStore, migrateStore } from "../create-store.js";
export {
  type OpenPostgresOptions,
  type OpenPostgresPoolOptions,
  type OpenPostgresUrlOptions,
  openPostgres,
} from "./open.js";
export type { PostgresPool } from "./pool.js";
