import { deviceOf, EVERYBODY, LEAVER, OWNER, type Person } from "./cast.js";
import { type Door, signIn } from "./seat.js";
import type { Timeline } from "./timeline.js";
import { LAST_POLICY } from "./weeks-before.js";

const MINUTE_MS = 60_000;
/** How far from its end the session near a deadline is. */
const NEAR_MINUTES = 4;
/** Often enough to stay signed in. */
const USED_EVERY_MINUTES = 200;

/** When each device was signed in on and last used, in minutes ago: the first of a person's on the desk, and so on. */
const VISITS = [
  { began: 410, used: 6 },
  { began: 95, used: 31 },
  { began: 1730, used: 120 },
  { began: 52, used: 52 },
] as const;

/** The sessions that are open when the demo begins: several each, and one of the owner's near each deadline. */
export function writeToday(timeline: Timeline, door: Door, now: number): void {
  const write = (person: Person, which: number, began: number, used: number): void => {
    timeline.at(now - began * MINUTE_MS, async () => {
      const seat = await signIn(door, person, deviceOf(EVERYBODY.indexOf(person), which));
      for (let ago = began - USED_EVERY_MINUTES; ago > used; ago -= USED_EVERY_MINUTES)
        timeline.at(now - ago * MINUTE_MS, seat.use);
      if (used < began) timeline.at(now - used * MINUTE_MS, seat.use);
    });
  };
  for (const [place, person] of EVERYBODY.entries()) {
    if (person === LEAVER) continue;
    for (const [which, { began, used }] of VISITS.slice(0, 2 + (place % 3)).entries())
      write(person, which, began + place * 7, used + place * 3);
  }
  write(OWNER, 2, LAST_POLICY.idle_minutes - NEAR_MINUTES, LAST_POLICY.idle_minutes - NEAR_MINUTES);
  write(OWNER, 3, LAST_POLICY.absolute_minutes - NEAR_MINUTES, 2);
}
