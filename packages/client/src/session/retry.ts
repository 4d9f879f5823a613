import { FIRST_RETRY_MS, LONGEST_RETRY_MS } from "./durations.js";
import type { Ports } from "./ports.js";

/** When something that fails may be tried again: after waits that double, with full jitter. */
export interface Retry {
  /** Waits longer each time, and not before the server asked. */
  failed(retryAfterMs?: number): void;
  /** Forgets what failed, and waits so long; endless: until the next of these. */
  pause(pauseMs: number): void;
  isFailing(): boolean;
  /** How much longer, in milliseconds. */
  waitMs(): number;
  /** Waits no longer, unless that is endless. */
  hurry(): void;
}

/** May begin at once. */
export function createRetry({ clock: { monotonic }, random }: Ports): Retry {
  let failures = 0;
  let retryAt = 0;
  return {
    failed(retryAfterMs = 0) {
      retryAt =
        monotonic() + retryAfterMs + random() * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++);
    },
    pause(pauseMs) {
      failures = 0;
      retryAt = monotonic() + pauseMs;
    },
    isFailing: () => failures > 0,
    waitMs: () => Math.max(0, retryAt - monotonic()),
    hurry() {
      if (retryAt < Number.POSITIVE_INFINITY) retryAt = 0;
    },
  };
}
