/** The deadline by which a session expired. */
export type ExpiryReason = "idle" | "absolute";

/** The two deadlines of a session, in milliseconds since the Unix epoch. */
export interface Deadlines {
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
}

export const MINUTE_MS = 60_000;

/** The latest moment that a `Date` can hold, in milliseconds since the Unix epoch. */
export const MAX_MOMENT_MS = 8_640_000_000_000_000;

/** Returns whether a deadline has passed. The moment itself counts as passed. */
export const hasPassed = (deadline: number, now: number): boolean => now >= deadline;

/**
 * Computes the deadlines of a session; the idle one is never later than the absolute one.
 *
 * @param absoluteFrom what the absolute lifetime counts from, in milliseconds since the Unix epoch: the sign-in as a rule
 * @param lastActiveAt the last use, in milliseconds since the Unix epoch
 * @param limits in minutes
 * @param latest the latest absolute deadline, in milliseconds since the Unix epoch; null for none
 * @see NIST SP 800-63B-4 §5.2 (inactivity and overall timeout)
 */
export function deadlinesOf(
  absoluteFrom: number,
  lastActiveAt: number,
  limits: { idleMinutes: number; absoluteMinutes: number },
  latest: number | null = null,
): Deadlines {
  const absoluteExpiresAt = Math.min(
    absoluteFrom + limits.absoluteMinutes * MINUTE_MS,
    latest ?? Number.POSITIVE_INFINITY,
  );
  return {
    idleExpiresAt: Math.min(lastActiveAt + limits.idleMinutes * MINUTE_MS, absoluteExpiresAt),
    absoluteExpiresAt,
  };
}

/** Returns the earlier deadline and its name. When both are equal, it is the absolute one. */
export function nearestDeadline(deadlines: Deadlines): { at: number; reason: ExpiryReason } {
  return deadlines.absoluteExpiresAt <= deadlines.idleExpiresAt
    ? { at: deadlines.absoluteExpiresAt, reason: "absolute" }
    : { at: deadlines.idleExpiresAt, reason: "idle" };
}
