import type { Migration } from "@curfew/sql";

const indexes = [
  "CREATE INDEX invitations_names ON invitations (account_id, name, user_id)",
  "CREATE INDEX invitations_expiry ON invitations (account_id, expires_at)",
];

/** Ends the links of owners who were disabled or demoted before such an act ended them. */
const endForsakenInvitations = `UPDATE invitations SET expires_at = created_at WHERE NOT EXISTS (
  SELECT 1 FROM curfew_users AS u WHERE u.account_id = invitations.account_id AND u.id = invitations.invited_by
    AND u.role = 'owner' AND u.disabled = 0)`;

const sqlite = [
  ...indexes,
  endForsakenInvitations,
  `CREATE TABLE instance (
    place INTEGER NOT NULL PRIMARY KEY CHECK (place = 1),
    id TEXT NOT NULL
  ) STRICT`,
  "INSERT INTO instance (place, id) VALUES (1, lower(hex(randomblob(16))))",
];

const postgres = [
  ...indexes,
  endForsakenInvitations,
  `CREATE TABLE instance (
    place INTEGER NOT NULL PRIMARY KEY CHECK (place = 1),
    id TEXT NOT NULL
  )`,
  "INSERT INTO instance (place, id) VALUES (1, CAST(gen_random_uuid() AS TEXT))",
];

/** The list of members as pages, the end of invitations with their inviter, and the identity of the database. */
export const membersMigration: Migration = { name: "0004-members", statements: { sqlite, postgres } };
