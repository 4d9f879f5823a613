import { NO_ACTIVITY_MS, SAME_ACTIVITY_MS } from "./durations.js";
import type { Ports } from "./ports.js";

/** The time of the last user activity in any tab, and whether it was reported to the server. */
export interface ActivityLog {
  /** Records activity `agoMs` ago; returns whether it is newer than the last. */
  record(agoMs: number): boolean;
  unreported(): boolean;
  /** Milliseconds since the last activity, never less than the true value. */
  idleMs(): number;
  /** The server knows of all activity up to `agoMs` ago. */
  reported(agoMs: number): void;
}

/** Measures on both clocks, because the monotonic one may stop during sleep and the wall clock may be set. */
export function createActivityLog({ monotonic, wall }: Ports["clock"]): ActivityLog {
  let lastMonotonic = -NO_ACTIVITY_MS;
  let lastWall = Number.POSITIVE_INFINITY;
  let isUnreported = false;
  const idleMs = (): number => Math.max(monotonic() - lastMonotonic, wall() - lastWall);
  return {
    record(agoMs) {
      if (agoMs + SAME_ACTIVITY_MS > idleMs()) return false;
      lastMonotonic = monotonic() - agoMs;
      lastWall = wall() - agoMs;
      isUnreported = true;
      return true;
    },
    unreported: () => isUnreported,
    idleMs,
    reported(agoMs) {
      if (idleMs() + SAME_ACTIVITY_MS >= agoMs) isUnreported = false;
    },
  };
}
