import { DRIFT_MS } from "./durations.js";
import type { Ports } from "./ports.js";

/** The server's clock as this tab knows it: its time at the last word from it, and the time since. */
export interface ServerClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** The same where the machine slept unnoticed; too late where its clock was set forward. */
  latest(): number;
  set(nowMs: number): void;
  /** The machine slept, or its clock was stepped: how much time has passed is not known. */
  drifted(): boolean;
}

/** Begins with this machine's clock, the only one there is before the server's first word. */
export function createServerClock({ monotonic, wall }: Ports["clock"]): ServerClock {
  let server = wall();
  let monotonicThen = monotonic();
  let wallThen = server;
  const passed = (): number => monotonic() - monotonicThen;
  const passedByWall = (): number => wall() - wallThen;
  return {
    now: () => server + passed(),
    latest: () => server + Math.max(passed(), passedByWall()),
    set(nowMs) {
      server = nowMs;
      monotonicThen = monotonic();
      wallThen = wall();
    },
    drifted: () => Math.abs(passedByWall() - passed()) > DRIFT_MS,
  };
}
