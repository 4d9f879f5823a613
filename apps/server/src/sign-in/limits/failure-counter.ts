/** How often something failed within the window that is open for a key. */
export interface FailureCount {
  readonly failures: number;
  /** Milliseconds until the window closes and the count begins anew; 0 where none is open. */
  readonly resetsInMs: number;
}

/** Counts failures by key in windows. */
export interface FailureCounter {
  read(key: string): Promise<FailureCount>;
  /** Counts one more; the first of a key opens its window. */
  add(key: string): Promise<void>;
}
