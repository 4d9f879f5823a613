import { setImmediate } from "node:timers/promises";
import type { PastClock } from "./past-clock.js";

/** Acts and their moments, put down in any order and played in that of time. */
export interface Timeline {
  /** @param moment milliseconds since the Unix epoch */
  at(moment: number, act: () => Promise<unknown>): void;
  /** Plays everything, those acts too that an act puts down for later. */
  play(): Promise<void>;
}

export function createTimeline(clock: Pick<PastClock, "standAt">): Timeline {
  const acts: { moment: number; act: () => Promise<unknown> }[] = [];
  return {
    at(moment, act) {
      acts.push({ moment, act });
    },
    async play() {
      while (acts.length > 0) {
        acts.sort((one, other) => one.moment - other.moment);
        const next = acts.shift();
        if (next === undefined) return;
        clock.standAt(next.moment);
        await next.act();
        await settled();
      }
    },
  };
}

/** What an answer leaves to be done afterwards (a line in the trail, a look at the feed) is of its moment too. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await setImmediate();
}
