import { expect } from "vitest";
import type { Fleet } from "./fleet.js";
import { House } from "./house.js";
import { Watcher } from "./watcher.js";

const EVERYWHERE = [0, 1, 2];

/**
 * Lets people come and go at every replica, does something to the fleet meanwhile, and holds every answer to what was answered
 * before: while it lasts, and at last all sessions at every replica.
 *
 * @param troubles one after the other, each over before the next
 */
export async function whileWatched(
  fleet: Fleet,
  ...troubles: readonly ((watcher: Watcher) => Promise<void>)[]
): Promise<void> {
  await fleet.untilCalm();
  const watcher = new Watcher(fleet);
  const houses = await Promise.all(EVERYWHERE.map((home) => House.found(watcher, home)));
  try {
    for (const house of houses) house.live();
    await watcher.untilEnded(2);
    for (const trouble of troubles) {
      await watcher.through(() => trouble(watcher));
      // What broke is whole again: whoever begins now is told of an end in time.
      await watcher.untilHeard(5, 200, EVERYWHERE);
      await watcher.untilEnded(4);
    }
  } finally {
    watcher.end();
    await Promise.all(houses.map((house) => house.left()));
  }
  for (const house of houses) await house.expectAsAnswered();
  watcher.expectNoFaults();
  expect(houses.every((house) => house.owner.standing.state === "live")).toBe(true);
}
