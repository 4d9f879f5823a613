import type { Ports } from "./ports.js";

/** More than any session can live: nobody is known to have touched a page. */
const UNKNOWN_SECONDS = 31_536_000;

/** When the person last touched a page, in any tab, and whether the server knows. */
export interface ActivityLog {
  /** The person touches a page now, or did at `wallMs` in another tab. Answers whether that is news. */
  touch(wallMs?: number): boolean;
  /** There is activity that the server has not been told of. */
  unreported(): boolean;
  /** Since the last touch, in whole seconds, rounded up. */
  idleSeconds(): number;
  /** The moment of the last touch on this machine's clock; null where none is known. */
  last(): number | null;
  /** The server knows of everything up to `wallMs`. */
  reported(wallMs: number | null): void;
}

/** Keeps each moment on both clocks of the machine: one stands still while it sleeps, the other may be stepped. */
export function createActivityLog({ monotonic, wall }: Ports["clock"]): ActivityLog {
  let last: { monotonic: number; wall: number } | null = null;
  let isUnreported = false;
  return {
    touch(wallMs = wall()) {
      const moment = { monotonic: monotonic() - Math.max(0, wall() - wallMs), wall: wallMs };
      if (last && moment.monotonic < last.monotonic) return false;
      last = moment;
      isUnreported = true;
      return true;
    },
    unreported: () => isUnreported,
    idleSeconds: () =>
      last
        ? Math.ceil(Math.max(0, monotonic() - last.monotonic, wall() - last.wall) / 1000)
        : UNKNOWN_SECONDS,
    last: () => last && last.wall,
    reported(wallMs) {
      if (!last || (wallMs !== null && last.wall <= wallMs)) isUnreported = false;
    },
  };
}
