import type { Migration } from "@curfew/sql";
import { keyColumns } from "./key-columns.js";
import { passwordLinksTable } from "./password-links-table.js";

/** The columns are null in rows of a version that did not know them, which then count for neither. */
const knownPlaces = (columns: { readonly time: string; readonly place: string }): readonly string[] => [
  `ALTER TABLE sign_in_failures ADD COLUMN last_failed_at ${columns.time}`,
  "ALTER TABLE sign_in_attempts ADD COLUMN site_hash TEXT",
  "ALTER TABLE sign_in_attempts ADD COLUMN anywhere_hash TEXT",
  "CREATE INDEX sign_in_attempts_site ON sign_in_attempts (site_hash)",
  "CREATE INDEX sign_in_attempts_anywhere ON sign_in_attempts (anywhere_hash)",
  columns.place,
  "CREATE INDEX known_places_age ON known_places (seen_at)",
];

const knownPlacesSqlite = knownPlaces({
  time: "INTEGER",
  place: `CREATE TABLE known_places (
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    place_hash TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, user_id, place_hash)
  ) STRICT, WITHOUT ROWID`,
});

const knownPlacesPostgres = knownPlaces({
  time: "BIGINT",
  place: `CREATE TABLE known_places (
    account_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    place_hash TEXT COLLATE "C" NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, user_id, place_hash)
  )`,
});

const expiryIndexes = [
  "CREATE INDEX invitations_expiry ON invitations (account_id, expires_at)",
  "CREATE INDEX invitations_age ON invitations (expires_at)",
];

/** Ends the links of owners who were disabled or demoted before such an act ended them. */
const endInvitationsWithoutOwner = `UPDATE invitations SET expires_at = created_at WHERE NOT EXISTS (
  SELECT 1 FROM curfew_users AS u WHERE u.account_id = invitations.account_id AND u.id = invitations.invited_by
    AND u.role = 'owner' AND u.disabled = 0)`;

const sqlite = [
  ...knownPlacesSqlite,
  ...keyColumns.sqlite,
  ...passwordLinksTable.sqlite,
  ...expiryIndexes,
  endInvitationsWithoutOwner,
  `CREATE TABLE instance (
    place INTEGER NOT NULL PRIMARY KEY CHECK (place = 1),
    id TEXT NOT NULL
  ) STRICT`,
  "INSERT INTO instance (place, id) VALUES (1, lower(hex(randomblob(16))))",
];

const postgres = [
  ...knownPlacesPostgres,
  ...keyColumns.postgres,
  ...passwordLinksTable.postgres,
  ...expiryIndexes,
  endInvitationsWithoutOwner,
  `CREATE TABLE instance (
    place INTEGER NOT NULL PRIMARY KEY CHECK (place = 1),
    id TEXT NOT NULL
  )`,
  "INSERT INTO instance (place, id) VALUES (1, CAST(gen_random_uuid() AS TEXT))",
];

/**
 * The counts of failures from anywhere and the places that each user is known at, the list of members as pages, the end of
 * invitations with their inviter, links to new passwords, names of accounts that change, and the identity of the database.
 */
export const placesAndMembersMigration: Migration = {
  name: "0003-places-and-members",
  statements: { sqlite, postgres },
};
