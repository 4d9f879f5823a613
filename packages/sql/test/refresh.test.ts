import { expect, test } from "vitest";
import { postgresCompiler, postgresDialect } from "../src/postgres/dialect.js";
import type { CurfewTables } from "../src/schema.js";
import { sqliteCompiler, sqliteDialect } from "../src/sqlite/dialect.js";
import { compileBatchRefresh, compileNotedRefresh, compileRefresh } from "../src/store/refresh.js";
import { compileTouch } from "../src/store/touch-session.js";
import { formatSql } from "./support/format-sql.js";

const sqlite = { dialect: sqliteDialect, queries: sqliteCompiler<CurfewTables>() };
const postgres = { dialect: postgresDialect, queries: postgresCompiler<CurfewTables>() };

/** Gives each parameter its name as its value, so that the snapshot shows names. */
const namesAsValues = new Proxy({}, { get: (_, name) => `:${String(name)}` }) as never;

test.each([
  ["refresh.sqlite.sql", compileRefresh(sqlite)],
  ["refresh.postgres.sql", compileRefresh(postgres)],
  ["refresh-noted.sqlite.sql", compileNotedRefresh(sqlite)],
  ["refresh-noted.postgres.sql", compileNotedRefresh(postgres)],
  ["refresh-batch.postgres.sql", compileBatchRefresh(postgres)],
  ["touch.sqlite.sql", compileTouch(sqlite)],
  ["touch.postgres.sql", compileTouch(postgres)],
] as const)("the statement of a refresh or of a touch matches %s", async (file, statement) => {
  await expect(formatSql(statement(namesAsValues).compile())).toMatchFileSnapshot(`snapshots/${file}`);
});
