export { createSqlStore, migrateStore } from "../create-store.js";
export {
  type OpenSqliteDatabaseOptions,
  type OpenSqliteOptions,
  type OpenSqlitePathOptions,
  openSqlite,
  type SqliteConnection,
  type SqliteDatabase,
} from "./open.js";
