import type { ExpiryReason, Session } from "./model.js";

export const MINUTE_MS = 60_000;

/** The one place that says when a deadline has passed: at the moment itself, not after it. */
export const hasPassed = (deadline: number, now: number): boolean => now >= deadline;

/** The two moments at which a session expires, in milliseconds since the Unix epoch. */
export interface Deadlines {
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
}

/**
 * The deadlines of a session; the idle one never lies past the absolute one.
 *
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

/** The deadline that comes first, and its name; equal, it is the absolute one. */
export function nearestDeadline(deadlines: Deadlines): { at: number; reason: ExpiryReason } {
  return deadlines.absoluteExpiresAt <= deadlines.idleExpiresAt
    ? { at: deadlines.absoluteExpiresAt, reason: "absolute" }
    : { at: deadlines.idleExpiresAt, reason: "idle" };
}

/**
 * When the person was last there: never earlier than known before, never in the future.
 *
 * @param idleForMs how long ago the client saw the person, in milliseconds
 */
export function lastActiveAfterUse(
  session: Pick<Session, "lastActiveAt">,
  now: number,
  idleForMs: number,
): number {
  return Math.max(session.lastActiveAt, now - idleForMs);
}
