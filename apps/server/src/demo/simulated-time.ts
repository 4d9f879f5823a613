import { setImmediate } from "node:timers/promises";
import type { Clock, Scheduler } from "@curfew/core";

/** A clock that can be set to fixed times, and later switched to the machine's time. */
export interface SimulatedClock extends Clock {
  /** @param time milliseconds since the Unix epoch */
  set(time: number): void;
  /** Switches to the machine's time. */
  release(): void;
}

/** Creates a clock that shows the machine's time until it is set. */
export function createSimulatedClock(): SimulatedClock {
  let fixedTime: number | null = null;
  const now = (): number => fixedTime ?? Date.now();
  return {
    now,
    monotonic: now,
    set: (time) => {
      fixedTime = time;
    },
    release: () => {
      fixedTime = null;
    },
  };
}

/** Runs no background tasks while the time is simulated. */
export const noScheduler: Scheduler = { after: () => ({ cancel: () => undefined }) };

/** Actions at simulated times. They can be added in any order and run in order of time. */
export interface Timeline {
  /** @param time milliseconds since the Unix epoch */
  at(time: number, action: () => Promise<unknown>): void;
  /** Runs all actions, including those that an action adds for a later time. */
  run(): Promise<void>;
}

export function createTimeline(clock: Pick<SimulatedClock, "set">): Timeline {
  const actions: { time: number; action: () => Promise<unknown> }[] = [];
  return {
    at(time, action) {
      actions.push({ time, action });
    },
    async run() {
      while (actions.length > 0) {
        actions.sort((left, right) => left.time - right.time);
        const next = actions.shift();
        if (next === undefined) return;
        clock.set(next.time);
        await next.action();
        await backgroundWork();
      }
    },
  };
}

/** Waits for work that starts after an answer, such as writing an audit event, so that it happens at the same time. */
async function backgroundWork(): Promise<void> {
  for (let iteration = 0; iteration < 3; iteration += 1) await setImmediate();
}
