import type { Migration } from "../migrate.js";

/** The order of `Store.listUsers`, spelled as in `USER_SORT_NAME`. */
const NAME_INDEX = "CREATE INDEX curfew_users_name ON curfew_users (account_id, substr(name, 1, 200), id)";

/** Fixed planner statistics, like those of the first migration. */
const plannerStatistics = [
  `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('curfew_users', 'curfew_users_name', '100000 100 1 1')`,
  "ANALYZE sqlite_schema",
];

/** Pages of an account's users. */
export const userNamesMigration: Migration = {
  name: "0002-user-names",
  statements: { sqlite: [NAME_INDEX, ...plannerStatistics], postgres: [NAME_INDEX] },
};
