import { BLUR_MS, UNKNOWN_MS } from "./durations.js";
import type { Ports } from "./ports.js";

/** When the person last touched a page, in any tab, and whether the server knows. */
export interface ActivityLog {
  /** The person touched a page, `agoMs` ago. Answers whether that is news. */
  touch(agoMs?: number): boolean;
  /** There is activity that the server has not been told of. */
  unreported(): boolean;
  /** Since the last touch, in milliseconds, and rather too many than too few. */
  agoMs(): number;
  /** The server knows of everything up to `agoMs` ago. */
  reported(agoMs: number): void;
}

/** Keeps each moment on both clocks of the machine: one stands still while it sleeps, the other may be stepped. */
export function createActivityLog({ monotonic, wall }: Ports["clock"]): ActivityLog {
  let lastMonotonic = -UNKNOWN_MS;
  let lastWall = wall();
  let isUnreported = false;
  const agoMs = (): number => Math.max(monotonic() - lastMonotonic, wall() - lastWall);
  return {
    touch(ago = 0) {
      if (ago + BLUR_MS > agoMs()) return false;
      lastMonotonic = monotonic() - ago;
      lastWall = wall() - ago;
      isUnreported = true;
      return true;
    },
    unreported: () => isUnreported,
    agoMs,
    reported(ago) {
      if (agoMs() + BLUR_MS >= ago) isUnreported = false;
    },
  };
}
