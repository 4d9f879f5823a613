import type { RevocationReason } from "../session/model.js";

/** One row of the revocation feed: which access tokens no longer hold, and since when. */
export type FeedRow = {
  /** Names the row for good; rows may commit out of its order. */
  readonly sequence: number;
  readonly accountId: string;
  /** The moment of the act, in milliseconds since the Unix epoch. */
  readonly at: number;
} & FeedScope;

/**
 * What a row covers. Tokens carry the account's epoch, the user's and the policy version: a token is covered
 * when a row of its account (or user) names a higher number and does not spare its session.
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
  /** The user's role changed: older tokens are stale, no session ended. */
  | { readonly scope: "role"; readonly userId: string; readonly epoch: number }
  /** The policy changed; where it was applied to open sessions, older tokens are stale. */
  | { readonly scope: "policy"; readonly version: number; readonly applied: boolean };

/** What an access token says about itself, as far as revocation goes. */
export interface TokenStanding {
  readonly accountId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly accountEpoch: number;
  readonly userEpoch: number;
  readonly policyVersion: number;
}

/** A page of the feed. `cursor` is the store's own; hand it back to read on. */
export interface FeedPage {
  readonly rows: readonly FeedRow[];
  readonly cursor: string;
  /** The database's clock at the read. */
  readonly now: number;
}
