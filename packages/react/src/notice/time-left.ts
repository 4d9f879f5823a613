const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** The time left as it is told: in minutes, in the last minute in seconds. */
export interface TimeLeft {
  readonly value: number;
  readonly unit: "minute" | "second";
}

/**
 * Counts what is left in units that have begun, so that it says '1 second' until the very end.
 *
 * @param leftMs milliseconds, 0 or more
 * @example timeLeft(239_500) // { value: 4, unit: "minute" }
 */
export const timeLeft = (leftMs: number): TimeLeft =>
  isLastMinute(leftMs)
    ? { value: Math.ceil(leftMs / SECOND_MS), unit: "second" }
    : { value: Math.ceil(leftMs / MINUTE_MS), unit: "minute" };

export const isLastMinute = (leftMs: number): boolean => leftMs <= MINUTE_MS;
