import type { Clock, Scheduler } from "@curfew/core";

/** A clock that stands in the past where it is put, until it is let go and tells the time. */
export interface PastClock extends Clock {
  /** @param at milliseconds since the Unix epoch */
  standAt(at: number): void;
  letGo(): void;
}

export function createPastClock(): PastClock {
  let standing: number | null = null;
  const now = (): number => standing ?? Date.now();
  return {
    now,
    monotonic: now,
    standAt: (at) => {
      standing = at;
    },
    letGo: () => {
      standing = null;
    },
  };
}

/** Nothing happens by itself while the past is written. */
export const noScheduler: Scheduler = { after: () => ({ cancel: () => undefined }) };
