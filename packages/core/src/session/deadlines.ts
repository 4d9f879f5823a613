/** The deadline by which a session expired. */
export type ExpiryReason = "idle" | "absolute";

/** The two deadlines of a session, in milliseconds since the Unix epoch. */
export interface Deadlines {
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
}

export const MINUTE_MS = 60_000;

/** Returns whether a deadline has passed. The moment itself counts as passed. */
export const hasPassed = (deadline: number, now: number): boolean => now >= deadline;

/**
 * Computes the deadlines of a session; the idle one is never later than the absolute one.
 *
 * @param startedAt the sign-in, in milliseconds since the Unix epoch
 * @param lastActiveAt the last use, in milliseconds since the Unix epoch
 * @param limits in minutes
 * @see NIST SP 800-63B-4 §5.2 (inactivity and overall timeout)
 */
export function deadlinesOf(
  startedAt: number,
  lastActiveAt: number,
  limits: { idleMinutes: number; absoluteMinutes: number },
): Deadlines {
  const absoluteExpiresAt = startedAt + limits.absoluteMinutes * MINUTE_MS;
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
