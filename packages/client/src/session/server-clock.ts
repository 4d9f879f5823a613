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

/** Starts with this machine's time until the first response. */
export function createServerClock({ monotonic, wall }: Ports["clock"]): ServerClock {
  let serverTime: number;
  let monotonicAtSet: number;
  let wallAtSet: number;
  const set = (nowMs: number): void => {
    serverTime = nowMs;
    monotonicAtSet = monotonic();
    wallAtSet = wall();
  };
  set(wall());
  const elapsed = (): number => monotonic() - monotonicAtSet;
  const elapsedWall = (): number => wall() - wallAtSet;
  return {
    now: () => serverTime + elapsed(),
    latest: () => serverTime + Math.max(elapsed(), elapsedWall()),
    set,
    hasDrifted: () => Math.abs(elapsedWall() - elapsed()) > CLOCK_DRIFT_MAX_MS,
  };
}
