import { CurfewProblem } from "@curfew/client";

const RETRIES_MAX = 5;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;

/** Whether a read that failed is tried again: after trouble, never after a verdict. */
export const shouldRetry = (failureCount: number, error: unknown): boolean =>
  failureCount < RETRIES_MAX && error instanceof CurfewProblem && error.isTrouble;

/**
 * How long to wait before the next try, in milliseconds: twice as long each time, spread so that not all tabs come at
 * once, and never sooner than the server asked for.
 *
 * @param random 0 ≤ x < 1
 */
export function retryDelayMs(failureCount: number, error: unknown, random: number): number {
  const backoffMs = Math.min(FIRST_DELAY_MS * 2 ** failureCount, LONGEST_DELAY_MS) * (0.5 + random / 2);
  const askedMs = error instanceof CurfewProblem ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(backoffMs, askedMs);
}
