/** As much of a read as tells what to show of its trouble. */
export interface ReadTrouble {
  readonly data: unknown;
  /** Why it was given up; null where it was not. */
  readonly error: Error | null;
  /** Why the last try failed, while it is tried again by itself. */
  readonly failureReason: Error | null;
}

/**
 * The problem that a page tells of a read: of a first one at once, though it is tried again; where something is shown
 * already, only once no more tries are made.
 */
export const shownProblem = ({ data, error, failureReason }: ReadTrouble): Error | null =>
  error ?? (data === undefined ? failureReason : null);
