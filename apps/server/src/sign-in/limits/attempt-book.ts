/** An attempt that ended: what it was admitted with, for which e-mail's key, and whether the password was wrong. */
export interface EndedAttempt {
  readonly ticket: string;
  readonly email: string;
  readonly failed: boolean;
}

/** What one process has to tell and to ask about one network, by keys (see `keys.ts`). */
export interface Turn {
  readonly network: string;
  readonly ended: readonly EndedAttempt[];
  /** The keys of the e-mails for which somebody asks to be admitted, in the order in which they came. */
  readonly asking: readonly string[];
}

export type Admission =
  /** It counts as under way until it is told to have ended. */
  | { readonly kind: "admitted"; readonly ticket: string }
  | { readonly kind: "limited"; readonly retryAfterMs: number }
  /** Those under way could use up what is left. */
  | { readonly kind: "wait" };

/** What came of a turn, each in the order in which it was told or asked. */
export interface Settled {
  /** Whether what ended was still under way; else its place was given away, and what it found out must not be told. */
  readonly counted: readonly boolean[];
  readonly admissions: readonly Admission[];
}

/** Keeps failures and attempts under way: a port, so that replicas can share one in a database. */
export interface AttemptBook {
  /**
   * Takes down what ended, then decides on those who ask, all in one step. One process has one turn of a network at a time.
   * Throws `unavailable` where nothing is known to have been taken down.
   */
  settle(turn: Turn): Promise<Settled>;
  /** Milliseconds for which a network, by its key, is refused whatever it tries; null where it is not. Throws `unavailable`. */
  blockedForMs(network: string): Promise<number | null>;
  /** After how many milliseconds to ask again, since attempts end elsewhere too; null where they all are this process's. */
  readonly lookAgainMs: number | null;
}
