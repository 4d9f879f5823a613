import { CLOCK_DRIFT_MAX_MS } from "./durations.js";
import type { Ports } from "./ports.js";

/** The server's time: its value in the last response plus the time since. */
export interface ServerClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** The same, correct after sleep; too late if the machine's clock was set forward. */
  latest(): number;
  set(nowMs: number): void;
  /** Whether the machine slept or its clock was set, so that the time since the last response is unknown. */
  hasDrifted(): boolean;
}

/** This machine's time until the first response. */
export function createServerClock({ monotonic, wall }: Ports["clock"]): ServerClock {
  /** What each of this machine's clocks lacks to the server's time; of the wall clock nothing is known at first. */
  let monotonicOffset: number | undefined;
  let wallOffset = 0;
  const now = (): number => (monotonicOffset === undefined ? wall() : monotonic() + monotonicOffset);
  const nowByWall = (): number => wall() + wallOffset;
  return {
    now,
    latest: () => Math.max(now(), nowByWall()),
    set(nowMs) {
      monotonicOffset = nowMs - monotonic();
      wallOffset = nowMs - wall();
    },
    hasDrifted: () => Math.abs(nowByWall() - now()) > CLOCK_DRIFT_MAX_MS,
  };
}
