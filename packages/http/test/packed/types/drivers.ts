import { openPostgres } from "@curfew/sql/postgres";
import { openSqlite } from "@curfew/sql/sqlite";
import Database from "better-sqlite3";
import pg from "pg";

export const onPool = openPostgres({ pool: new pg.Pool() });
export const onConnection = openSqlite({ database: new Database(":memory:") });
