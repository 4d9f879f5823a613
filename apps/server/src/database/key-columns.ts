/** What invitations are listed by, spelled as in `list-members.ts`, and the rows that `fillKeys` has to fill. */
const indexes = [
  "CREATE INDEX invitations_names ON invitations (account_id, coalesce(name_key, name), name, user_id)",
  "CREATE INDEX invitations_address ON invitations (account_id, address_key)",
  "CREATE INDEX invitations_unkeyed ON invitations (account_id, user_id) WHERE name_key IS NULL",
  "CREATE UNIQUE INDEX email_directory_address ON email_directory (address_key)",
  "CREATE INDEX email_directory_user ON email_directory (account_id, user_id)",
  "CREATE INDEX email_directory_unkeyed ON email_directory (email_key) WHERE address_key IS NULL",
];

const columns = (text: string): readonly string[] => [
  `ALTER TABLE invitations ADD COLUMN name_key ${text}`,
  `ALTER TABLE invitations ADD COLUMN address_key ${text}`,
  `ALTER TABLE email_directory ADD COLUMN address_key ${text}`,
];

/** Statements that let people be listed by the keys of their names, and found by those of their addresses. */
export const keyColumns = {
  sqlite: [...columns("TEXT"), ...indexes],
  postgres: [...columns('TEXT COLLATE "C"'), ...indexes],
} as const;
