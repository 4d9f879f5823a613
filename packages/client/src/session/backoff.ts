const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * How long to wait before trying again, in milliseconds: doubling, with full jitter, and not before the server asked.
 *
 * @param failures how often it has failed before, in a row
 * @param random 0 ≤ x < 1
 * @param retryAfterMs what `Retry-After` asked for
 */
export const backoffMs = (failures: number, random: number, retryAfterMs = 0): number =>
  retryAfterMs + random * Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
