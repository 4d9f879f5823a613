import type { Role } from "@curfew/core";
import type { SqlDatabase } from "@curfew/sql";
import type { Kysely } from "kysely";

/** The service's own tables, beside those of the engine; what each is for stands in `docs/storage-schema.md`. */
export interface ServiceTables {
  first_account: FirstAccountTable;
  account_names: AccountNamesTable;
  credentials: CredentialsTable;
  email_directory: EmailDirectoryTable;
  invitations: InvitationsTable;
  sign_in_failures: SignInFailuresTable;
  sign_in_attempts: SignInAttemptsTable;
}

/** One row, of the account that came first: whether there is any is asked and answered in one statement. */
export interface FirstAccountTable {
  place: 1;
  account_id: string;
}

export interface AccountNamesTable {
  account_id: string;
  name: string;
  /** Milliseconds since the Unix epoch. */
  created_at: number;
}

export interface CredentialsTable {
  account_id: string;
  user_id: string;
  /** A PHC string of argon2id. */
  password_hash: string;
}

/** Not keyed by account: it finds the account. */
export interface EmailDirectoryTable {
  /** The e-mail as it is compared; see `emailKeyOf`. */
  email_key: string;
  account_id: string;
  user_id: string;
}

export interface InvitationsTable {
  account_id: string;
  /** The id that the invited person will have as a user. */
  user_id: string;
  email_key: string;
  email: string;
  name: string;
  role: Role;
  /** SHA-256 of the link's secret, in base64url: the database opens nothing. */
  token_hash: string;
  /** Milliseconds since the Unix epoch, like `created_at`. */
  expires_at: number;
  /** The owner who made the link that is good now. */
  invited_by: string;
  created_at: number;
}

/** Failures within the window that is open for a network, or for an e-mail from a network. */
export interface SignInFailuresTable {
  /** SHA-256 in base64url, like the other hashes here: of one length, whatever is tried. */
  key_hash: string;
  failures: number;
  /** When the window closes, in milliseconds since the Unix epoch. */
  resets_at: number;
}

/** An attempt whose password is being checked. */
export interface SignInAttemptsTable {
  network_hash: string;
  id: string;
  email_hash: string;
  /** Until when it counts as under way, in milliseconds since the Unix epoch, should its process never tell its end. */
  counts_until: number;
}

/** Compiles statements on the service's tables, and runs nothing. */
export type ServiceQueries = Kysely<ServiceTables>;

/** The statements' compiler for `database`. */
export const serviceQueries = (database: SqlDatabase): ServiceQueries => database.queries<ServiceTables>();
