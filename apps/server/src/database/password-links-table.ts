const table = ({ text, key, time, end }: Record<"text" | "key" | "time" | "end", string>) => [
  `CREATE TABLE password_links (
    account_id ${key} NOT NULL,
    user_id ${key} NOT NULL,
    token_hash ${text} NOT NULL,
    expires_at ${time} NOT NULL,
    made_by ${text},
    created_at ${time} NOT NULL,
    PRIMARY KEY (account_id, user_id)
  )${end}`,
  "CREATE INDEX password_links_expiry ON password_links (account_id, expires_at)",
  "CREATE INDEX password_links_age ON password_links (expires_at)",
  // When the account got another name; null before the first time.
  `ALTER TABLE account_names ADD COLUMN renamed_at ${time}`,
  "CREATE INDEX account_names_renamed ON account_names (renamed_at) WHERE renamed_at IS NOT NULL",
];

/** Statements for the links to new passwords, and for names of accounts that change. */
export const passwordLinksTable = {
  sqlite: table({ text: "TEXT", key: "TEXT", time: "INTEGER", end: " STRICT, WITHOUT ROWID" }),
  postgres: table({ text: "TEXT", key: 'TEXT COLLATE "C"', time: "BIGINT", end: "" }),
} as const;
