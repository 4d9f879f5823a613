import type { Actor } from "./events.js";
import type { FeedRow } from "./revocation/feed.js";
import type { RevocationReason } from "./session/session.js";

/** The name of a deleted user, in the audit trail and wherever else one of their rows is shown. */
export const DELETED_USER_NAME = "Deleted user";

export interface DeleteUserInput<HostStatements = never> {
  readonly accountId: string;
  readonly userId: string;
  /** Recorded with `member.deleted`. */
  readonly actor: Actor;
  /** Whether the deletion of the last enabled owner is refused. */
  readonly mustKeepOwner: boolean;
  /** How long the tombstone stays, in milliseconds. */
  readonly tombstoneMs: number;
  /** The host's own statements, run in the same transaction before the user is deleted, if the user can be. */
  readonly alongside?: HostStatements;
}

export type DeleteUserOutcome =
  | { readonly kind: "deleted"; readonly feed: readonly FeedRow[]; readonly now: number }
  /** There is no such user. The tombstone is written all the same. */
  | { readonly kind: "not_found" }
  | { readonly kind: "last_owner" };

export interface DeleteAccountInput<HostStatements = never> {
  readonly accountId: string;
  /** As in `DeleteUserInput`. */
  readonly tombstoneMs: number;
  /** The host's own statements, run in the same transaction before the account is deleted. */
  readonly alongside?: HostStatements;
}

/** What is left of an account that was deleted. */
export interface AccountTombstone {
  readonly reason: RevocationReason;
  /** When the deletion began, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** An account with the same id has begun since. */
  readonly isReplaced: boolean;
}

/**
 * The part of the port that deletes. Both deletions are small acts that take effect at once; `sweep` removes the rows, in
 * batches, and `SweepOutcome.more` says whether rows are left.
 *
 * A tombstone remains: digests of the ids, moment, reason, and the last epoch. A user or an account with the same id starts with
 * a higher epoch, and a session that its host issued at or before the moment is over at first sight. `sweep` deletes tombstones
 * past `tombstoneMs`.
 */
export interface DeletionStore<HostStatements = never> {
  /**
   * Deletes a user: ends the live sessions (`user_deleted`), raises the user's epoch, and records `member.deleted`. From then on
   * no method shows the user's name, e-mail, addresses or user agents, and no method but `readSession` finds the user. `sweep`
   * removes them from every row, where the user gets `DELETED_USER_NAME` and a new random id.
   */
  deleteUser(input: DeleteUserInput<HostStatements>): Promise<DeleteUserOutcome>;
  /**
   * Deletes an account: ends all sessions by raising the epoch (`account_deleted`). Until its last row is gone, no session starts
   * in it (`account_moved`), nothing is recorded in it, and the account reads as one without rows. Deleting an account again
   * moves the moment of its tombstone.
   */
  deleteAccount(
    input: DeleteAccountInput<HostStatements>,
  ): Promise<{ readonly feed: readonly FeedRow[]; readonly now: number }>;
  /** Returns the tombstone of an account; null if it was not deleted, or the tombstone is gone. */
  readAccountTombstone(accountId: string): Promise<AccountTombstone | null>;
}
