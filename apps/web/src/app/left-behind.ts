/** What the gate leaves in the history as it leads to the sign-in page: the address does not show it. */
export interface LeftBehind {
  /** When the session ended, RFC 3339; null where nobody ended it, or nobody knows. */
  readonly ended_at: string | null;
  /** The page that the tab was on. */
  readonly stood_at: string | null;
}

/**
 * Reads what the gate left in the history.
 *
 * @param state the history's state, which may be anyone's
 */
export function readLeftBehind(state: unknown): LeftBehind {
  const entries = new Map(Object.entries(typeof state === "object" ? (state ?? {}) : {}));
  const text = (name: keyof LeftBehind): string | null => {
    const value: unknown = entries.get(name);
    return typeof value === "string" ? value : null;
  };
  return { ended_at: text("ended_at"), stood_at: text("stood_at") };
}
