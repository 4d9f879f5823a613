import { FIRST_RETRY_MS, RETRY_AFTER_MAX_MS } from "./durations.js";
import type { Ports } from "./ports.js";

/** The time of the next attempt: exponential backoff with full jitter. */
export interface Backoff {
  /** Doubles the delay; `retryAfterMs` (requested by the server) is added to it, a minute at most. */
  fail(retryAfterMs?: number): void;
  /** Clears the failures and waits `delayMs`; infinite: until the next reset. */
  reset(delayMs: number): void;
  isFailing(): boolean;
  /** Milliseconds until the next attempt. */
  waitMs(): number;
  /** Ends the wait, unless it is infinite. */
  retry(): void;
}

/** @param longestMs the limit of the delay, without `retryAfterMs` */
export function createBackoff({ clock: { monotonic }, random }: Ports, longestMs: number): Backoff {
  let failures = 0;
  let retryAt = 0;
  return {
    fail(retryAfterMs = 0) {
      retryAt =
        monotonic() +
        Math.min(RETRY_AFTER_MAX_MS, retryAfterMs) +
        random() * Math.min(longestMs, FIRST_RETRY_MS * 2 ** failures++);
    },
    reset(delayMs) {
      failures = 0;
      retryAt = monotonic() + delayMs;
    },
    isFailing: () => failures > 0,
    waitMs: () => Math.max(0, retryAt - monotonic()),
    retry() {
      if (retryAt < Number.POSITIVE_INFINITY) retryAt = 0;
    },
  };
}
