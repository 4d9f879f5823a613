import type { Ports } from "./ports.js";

/** More than any session can live: nobody is known to have touched a page. */
const UNKNOWN_SECONDS = 31_536_000;

/** What two tabs may differ by about the moment of one touch: what is newer by less is the same one, told twice. */
const BLUR_MS = 100;

/** When the person last touched a page, in any tab, and whether the server knows. */
export interface ActivityLog {
  /** The person touched a page, `agoMs` ago. Answers whether that is news. */
  touch(agoMs?: number): boolean;
  /** There is activity that the server has not been told of. */
  unreported(): boolean;
  /** Since the last touch, in whole seconds, rounded up, and rather too many than too few. */
  idleSeconds(): number;
  /** Since the last touch, in milliseconds; endless where none is known. */
  agoMs(): number;
  /** The server knows of everything up to `agoMs` ago. */
  reported(agoMs: number): void;
}

/** Keeps each moment on both clocks of the machine: one stands still while it sleeps, the other may be stepped. */
export function createActivityLog({ monotonic, wall }: Ports["clock"]): ActivityLog {
  let lastMonotonic = Number.NEGATIVE_INFINITY;
  let lastWall = Number.NEGATIVE_INFINITY;
  let isUnreported = false;
  const agoMs = (): number => monotonic() - lastMonotonic;
  return {
    touch(ago = 0) {
      if (ago + BLUR_MS > agoMs()) return false;
      lastMonotonic = monotonic() - ago;
      lastWall = wall() - ago;
      isUnreported = true;
      return true;
    },
    unreported: () => isUnreported,
    idleSeconds: () => Math.min(UNKNOWN_SECONDS, Math.ceil(Math.max(0, agoMs(), wall() - lastWall) / 1000)),
    agoMs,
    reported(ago) {
      if (agoMs() + BLUR_MS >= ago) isUnreported = false;
    },
  };
}
