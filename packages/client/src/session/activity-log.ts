import { BLUR_MS, UNKNOWN_SECONDS } from "./durations.js";
import type { Ports } from "./ports.js";

/** When the person last touched a page, in any tab, and whether the server knows. */
export interface ActivityLog {
  /** The person touched a page, `agoMs` ago. Answers whether that is news. */
  touch(agoMs?: number): boolean;
  /** There is activity that the server has not been told of. */
  unreported(): boolean;
  /** Since the last touch, in milliseconds, and rather too many than too few; endless where none is known. */
  agoMs(): number;
  /** The same in whole seconds, rounded up, as the server takes it. */
  idleSeconds(): number;
  /** The server knows of everything up to `agoMs` ago. */
  reported(agoMs: number): void;
}

/** Keeps each moment on both clocks of the machine: one stands still while it sleeps, the other may be stepped. */
export function createActivityLog({ monotonic, wall }: Ports["clock"]): ActivityLog {
  let lastMonotonic = Number.NEGATIVE_INFINITY;
  let lastWall = Number.NEGATIVE_INFINITY;
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
    idleSeconds: () => Math.min(UNKNOWN_SECONDS, Math.ceil(agoMs() / 1000)),
    reported(ago) {
      if (agoMs() + BLUR_MS >= ago) isUnreported = false;
    },
  };
}
