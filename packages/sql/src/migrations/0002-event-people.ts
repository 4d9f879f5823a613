/** The events by a user and about one, spelled as in `Dialect.jsonText`, newest first. */
const indexes = (about: string): readonly string[] => [
  "CREATE INDEX curfew_events_actor_page ON curfew_events (account_id, actor_id, at DESC, id DESC) WHERE actor_id IS NOT NULL",
  `CREATE INDEX curfew_events_about_page ON curfew_events (account_id, ${about}, at DESC, id DESC) WHERE ${about} IS NOT NULL`,
];

/** Statements that let the audit trail be read by person. */
export const eventPeople = {
  sqlite: [
    ...indexes("json_extract(details, '$.user_id')"),
    "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('curfew_events', 'curfew_events_actor_page', '1000000 1000 10 1 1')",
    "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('curfew_events', 'curfew_events_about_page', '1000000 1000 10 1 1')",
  ],
  postgres: indexes("(CAST(details AS json) ->> 'user_id')"),
} as const;
