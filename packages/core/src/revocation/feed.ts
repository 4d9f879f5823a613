import type { RevocationReason } from "../session/session.js";

/** One row of the revocation feed: the access tokens that are no longer valid, and since when. */
export type FeedRow = {
  /** Identifies the row. Rows may commit in another order. */
  readonly sequence: number;
  readonly accountId: string;
  /** When it happened, in milliseconds since the Unix epoch. */
  readonly at: number;
} & FeedScope;

/**
 * What a row covers. An access token carries its account's epoch, its user's epoch and the policy version. A row covers a
 * token if it names a higher number for the same account (or user) and does not spare the token's session.
 */
export type FeedScope =
  | {
      readonly scope: "account";
      readonly epoch: number;
      readonly spares: string | null;
      readonly reason: RevocationReason;
    }
  | {
      readonly scope: "user";
      readonly userId: string;
      readonly epoch: number;
      readonly spares: string | null;
      readonly reason: RevocationReason;
    }
  | { readonly scope: "session"; readonly sessionId: string; readonly reason: RevocationReason }
  /** The user's role changed: older tokens are stale. No session ended. */
  | { readonly scope: "role"; readonly userId: string; readonly epoch: number }
  /** The policy changed. If it was applied to open sessions, older tokens are stale. */
  | { readonly scope: "policy"; readonly version: number; readonly applied: boolean };

/** The part of an access token that revocation depends on. */
export interface TokenStanding {
  readonly accountId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly accountEpoch: number;
  readonly userEpoch: number;
  readonly policyVersion: number;
}

/** A page of the feed. */
export interface FeedPage {
  readonly rows: readonly FeedRow[];
  /** Opaque to the caller, who passes it to the next read. */
  readonly cursor: string;
  /** The database's clock at the read. */
  readonly now: number;
}
