import type { Role } from "@curfew/core";
import type { CurfewTables, SqlDatabase } from "@curfew/sql";
import type { Kysely } from "kysely";

/** The engine's tables that the service reads and never writes. */
type ReadTables = Pick<CurfewTables, "curfew_accounts" | "curfew_users" | "curfew_sessions">;

/** The service's own tables, in addition to the engine's. `docs/storage-schema.md` describes them. */
export interface ServiceTables extends ReadTables {
  first_account: FirstAccountTable;
  account_names: AccountNamesTable;
  credentials: CredentialsTable;
  email_directory: EmailDirectoryTable;
  invitations: InvitationsTable;
  password_links: PasswordLinksTable;
  instance: InstanceTable;
  sign_in_failures: SignInFailuresTable;
  sign_in_attempts: SignInAttemptsTable;
  known_places: KnownPlacesTable;
}

/** At most one row: the first account. One statement inserts it or finds that an account exists. */
export interface FirstAccountTable {
  place: 1;
  account_id: string;
}

export interface AccountNamesTable {
  account_id: string;
  name: string;
  /** Milliseconds since the Unix epoch. */
  created_at: number;
  /** When it last got another name, in milliseconds since the Unix epoch; null before the first time. */
  renamed_at: number | null;
}

export interface CredentialsTable {
  account_id: string;
  user_id: string;
  /** A PHC string of argon2id. */
  password_hash: string;
}

/** Not keyed by account, since it finds the account. */
export interface EmailDirectoryTable {
  /** See `emailKeyOf`. */
  email_key: string;
  /**
   * See `addressKeyOf`; null in a row that the previous version inserted, and in that of a user of an earlier version whose
   * address another user has as well.
   */
  address_key: string | null;
  account_id: string;
  user_id: string;
}

export interface InvitationsTable {
  account_id: string;
  /** The id of the future user. */
  user_id: string;
  /** See `emailKeyOf`. */
  email_key: string;
  /** See `addressKeyOf`; null like `name_key`. */
  address_key: string | null;
  email: string;
  name: string;
  /** See `nameKeyOf`; null in a row that the previous version inserted. */
  name_key: string | null;
  role: Role;
  /** SHA-256 of the link's secret in base64url. A leaked database contains no usable link. */
  token_hash: string;
  /** The moment from which the link opens nothing: its age, or the act that ended it. Milliseconds since the Unix epoch, like `created_at`. */
  expires_at: number;
  /** The user id of the owner who created the current link. It works only while they are an enabled owner. */
  invited_by: string;
  created_at: number;
}

/** The link with which a user chooses a new password: at most one for a user. */
export interface PasswordLinksTable {
  account_id: string;
  user_id: string;
  /** Like that of an invitation. */
  token_hash: string;
  /** Like that of an invitation. */
  expires_at: number;
  /** The user id of the owner who made it; null if the machine's operator did. */
  made_by: string | null;
  created_at: number;
}

/** One row: the identity of this database, which a restored copy keeps. */
export interface InstanceTable {
  place: 1;
  /** Random. */
  id: string;
}

/**
 * Calls that are counted within the window that the first one opened: failures of a network, of a /48, and of an e-mail from a
 * network; registrations; wrong links. Or the failures of an e-mail from anywhere, which are forgotten 30 days after the last.
 */
export interface SignInFailuresTable {
  /** SHA-256 in base64url, like the other hashes here: of fixed length, whatever the input. */
  key_hash: string;
  failures: number;
  /** The time from which on the row no longer counts, in milliseconds since the Unix epoch. */
  resets_at: number;
  /** In milliseconds since the Unix epoch; null where a window counts. */
  last_failed_at: number | null;
}

/** An attempt whose password check is in flight. */
export interface SignInAttemptsTable {
  network_hash: string;
  id: string;
  /** Of the e-mail from this network. */
  email_hash: string;
  /** Of the network's /48; null for an IPv4 address. */
  site_hash: string | null;
  /** Of the e-mail from anywhere. */
  anywhere_hash: string | null;
  /** The time at which the attempt expires if its process never finishes it, in milliseconds since the Unix epoch. */
  counts_until: number;
}

/** A network or a key with which a user signed in or refreshed. */
export interface KnownPlacesTable {
  account_id: string;
  user_id: string;
  place_hash: string;
  /** Within a day of the last time, in milliseconds since the Unix epoch. */
  seen_at: number;
}

/** Compiles statements on the service's tables without running them. */
export type ServiceQueries = Kysely<ServiceTables>;

/** The statement compiler for `database`. */
export const serviceQueries = (database: SqlDatabase): ServiceQueries => database.queries<ServiceTables>();
