import type { EndReason, EventType, FeedScope, RevocationReason, Role } from "@curfew/core";
import type { Generated } from "kysely";

/** The store's tables; `docs/storage-schema.md` describes them. */
export interface CurfewTables {
  curfew_accounts: AccountsTable;
  curfew_users: UsersTable;
  curfew_sessions: SessionsTable;
  curfew_account_epochs: AccountEpochsTable;
  curfew_feed: FeedTable;
  curfew_events: EventsTable;
  curfew_sign_outs: SignOutsTable;
  curfew_tombstones: TombstonesTable;
  curfew_deletions: DeletionsTable;
}

export interface AccountsTable {
  id: string;
  epoch: Generated<number>;
  policy_version: Generated<number>;
  applied_policy_version: Generated<number>;
  idle_minutes: number | null;
  absolute_minutes: number | null;
  /** Sessions with the account's epoch and no recorded end; maintained by triggers. */
  open_sessions: Generated<number>;
  /** Users with at least one open session; maintained by triggers. */
  open_users: Generated<number>;
  /** The policy version of a limit that not every session's row holds yet; null if there is no such limit. */
  limit_version: number | null;
  /** The account's epoch when the limit was set. */
  limit_epoch: number | null;
  /** When the limit was set. */
  limit_at: number | null;
  limit_idle_minutes: number | null;
  limit_absolute_minutes: number | null;
  /** The rows of users up to this id hold the limit. */
  limit_settled_to: string | null;
  /** When the deletion of the account began; null unless it is being deleted. */
  deleted_at: number | null;
}

export interface UsersTable {
  account_id: string;
  id: string;
  name: string;
  /** See `nameKeyOf`; null in a row that the previous version inserted. */
  name_key: string | null;
  email: string;
  role: Role;
  disabled: Generated<number>;
  epoch: Generated<number>;
  role_epoch: Generated<number>;
  last_login_at: number | null;
  /** Sessions of the user with the account epoch `open_epoch` and no recorded end; maintained by triggers. */
  open_sessions: Generated<number>;
  /**
   * The account epoch that `open_sessions` refers to; if the account's epoch is higher, the user has no open
   * sessions.
   */
  open_epoch: Generated<number>;
  /** When the user was deleted; null for all others. Only the audit trail and ended sessions show such a user. */
  deleted_at: number | null;
}

export interface SessionsTable {
  account_id: string;
  id: string;
  user_id: string;
  account_epoch: number;
  started_at: number;
  last_active_at: number;
  idle_minutes: number;
  absolute_minutes: number;
  idle_expires_at: number;
  absolute_expires_at: number;
  generation: Generated<number>;
  rotated_at: number | null;
  /** See `rotation-networks.ts`. */
  rotation_networks: string | null;
  shared_generation: number | null;
  shared_rotations: Generated<number>;
  key_thumbprint: string | null;
  device_label: string | null;
  user_agent: string | null;
  ip: string | null;
  /** The client of the newest refresh. */
  seen_label: string | null;
  seen_user_agent: string | null;
  seen_ip: string | null;
  device_changed_at: number | null;
  /** When the session was last refreshed, as `Dialect.mark` has it; null if it was not. */
  use_mark: number | string | null;
  ended_at: number | null;
  end_reason: EndReason | null;
  /** The account's policy version at the sign-in. */
  started_policy_version: Generated<number>;
  /** 1 if a host issued the session. */
  governed: Generated<number>;
  /** When the person last proved who they are; null for `started_at`. */
  authenticated_at: number | null;
  /** When the absolute lifetime began; null for `started_at`. */
  absolute_from: number | null;
  /** Until when the row of a governed session stays, though its end was long ago; null for other sessions. */
  keep_until: number | null;
}

export interface AccountEpochsTable {
  account_id: string;
  epoch: number;
  at: number;
  reason: RevocationReason;
  spared_session_id: string | null;
  /** 1 once no open session has an older epoch. */
  closed: Generated<number>;
}

export interface FeedTable {
  sequence: Generated<number>;
  account_id: string;
  at: number;
  scope: FeedScope["scope"];
  user_id: string | null;
  session_id: string | null;
  epoch: number | null;
  policy_version: number | null;
  applied: number | null;
  reason: RevocationReason | null;
}

export interface EventsTable {
  account_id: string;
  id: string;
  at: number;
  type: EventType;
  actor_id: string | null;
  session_id: string | null;
  ip: string | null;
  details: string;
  fold_key: string | null;
  fold_minute: number | null;
}

/** The last time that all sessions of an account, or of a user, ended; kept by a trigger on the feed. */
export interface SignOutsTable {
  account_id: string;
  /** Empty for the whole account. */
  user_id: string;
  at: number;
  reason: RevocationReason;
  spared_session_id: string | null;
}

/** What remains of a deleted account or user. */
export interface TombstonesTable {
  /** The digest of the account's id. */
  account_hash: string;
  /** The digest of the user's id; empty for the account. */
  user_hash: string;
  at: number;
  reason: RevocationReason;
  /** The last epoch of the account or the user: one with the same id starts above it, so that no old token is accepted. */
  epoch: number;
  /** The last policy version of the account; 0 for a user. */
  policy_version: number;
  keep_until: number;
}

/** A deleted user whose data is not gone from all rows yet. */
export interface DeletionsTable {
  account_id: string;
  /** The id until the deletion. */
  user_id: string;
  /** The random id that the user has in the rows that are done. */
  new_id: string;
  name: string;
  /** The user's addresses, as a JSON array. */
  emails: string;
  /** The sessions up to this id are done; null once all are. */
  sessions_to: string | null;
  /** The events up to this id are done. */
  events_to: string;
}
