/** What people are listed by, spelled as in `USER_SORT`, and the rows that `fillNameKeys` has to fill. */
const indexes = [
  "CREATE INDEX curfew_users_name ON curfew_users (account_id, coalesce(name_key, substr(name, 1, 200)), substr(name, 1, 200), id)",
  "CREATE INDEX curfew_users_unkeyed ON curfew_users (account_id, id) WHERE name_key IS NULL",
];

/** Statements that let users be listed by the keys of their names. */
export const nameKeys = {
  sqlite: [
    "ALTER TABLE curfew_users ADD COLUMN name_key TEXT",
    ...indexes,
    "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('curfew_users', 'curfew_users_name', '100000 100 2 1 1')",
    "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('curfew_users', 'curfew_users_unkeyed', '10 10 1')",
  ],
  postgres: ['ALTER TABLE curfew_users ADD COLUMN name_key TEXT COLLATE "C"', ...indexes],
} as const;
