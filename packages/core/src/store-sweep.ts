export interface SweepInput {
  /** The maximum number of rows of each kind per call. */
  readonly batch: number;
  /** How long ended sessions and account epochs are kept. */
  readonly endedRetentionMs: number;
  readonly feedRetentionMs: number;
  readonly auditRetentionMs: number;
}

export interface SweepOutcome {
  /** Expired sessions whose end was stored. */
  readonly expired: number;
  /** Sessions of an account-wide sign-out whose end was stored. */
  readonly closed: number;
  readonly deleted: number;
  /** Whether work remains for another batch. */
  readonly more: boolean;
}
