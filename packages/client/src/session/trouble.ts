import type { CurfewProblem } from "../api/problem.js";
import { backoffMs } from "./backoff.js";
import type { Ports } from "./ports.js";

/** How long trouble lasts before the person is told. */
const LASTS_MS = 2_000;

const NEVER = Number.POSITIVE_INFINITY;

/** Whether the server can be reached, as far as refreshes and the event stream tell. */
export interface Trouble {
  met(): void;
  over(): void;
  lasts(): boolean;
  /** How long until it counts as lasting, in milliseconds; endless where there is none or it does. */
  untilLastsMs(): number;
}

/**
 * Begins with none.
 *
 * @param monotonic milliseconds that never go back
 * @param changed called as trouble begins and ends
 */
export function createTrouble(monotonic: () => number, changed: () => void): Trouble {
  let since = NEVER;
  const leftMs = (): number => since + LASTS_MS - monotonic();
  return {
    met() {
      if (since < NEVER) return;
      since = monotonic();
      changed();
    },
    over() {
      if (since === NEVER) return;
      since = NEVER;
      changed();
    },
    lasts: () => leftMs() <= 0,
    untilLastsMs: () => (leftMs() > 0 ? leftMs() : NEVER),
  };
}

/** When to try again, after failures in a row. */
export interface Retries {
  failed(problem: unknown): void;
  /** Not before `delayMs` from now. */
  restart(delayMs?: number): void;
  /** At once, whatever failed. */
  hurry(): void;
  failures(): number;
  waitMs(): number;
}

/** Begins with nothing to wait for. */
export function createRetries({ clock: { monotonic }, random }: Ports): Retries {
  let failures = 0;
  let at = 0;
  return {
    failed(problem) {
      at = monotonic() + backoffMs(failures++, random(), (problem as CurfewProblem).retryAfterMs);
    },
    restart(delayMs = 0) {
      failures = 0;
      at = monotonic() + delayMs;
    },
    hurry() {
      at = 0;
    },
    failures: () => failures,
    waitMs: () => Math.max(0, at - monotonic()),
  };
}
