import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sharedDatabase } from "../../harness/shared-database.js";
import { Fleet } from "./fleet.js";
import { SETTINGS } from "./settings.js";
import { whileWatched } from "./while-watched.js";

let fleet: Fleet;
beforeAll(async () => {
  const { DATABASE_URL: url = "", ...secret } = await sharedDatabase("outages of the network");
  fleet = await Fleet.start(url, { ...secret, ...SETTINGS });
});
afterAll(() => fleet.stop());

describe.each([1, 2, 3])("with a bad network before the first %i of three replicas", (count) => {
  const places = [0, 1, 2].slice(0, count);

  test("connections are cut again and again: nobody is signed out, and no end comes late", () =>
    whileWatched(fleet, async (watcher) => {
      for (let cuts = 0; cuts < 12; cuts++) {
        for (const way of fleet.waysOf(count)) way.cut();
        await watcher.untilHeard(2, 200, places);
      }
    }));

  test("everything is swallowed: whoever asks there is told to try again, and nobody is signed out", () =>
    whileWatched(fleet, async (watcher) => {
      for (const way of fleet.waysOf(count)) way.swallow();
      if (count < 3) await watcher.untilEnded(3);
      await watcher.untilHeard(2, 503, places);
      expect(await Promise.all(places.map((place) => fleet.isReady(place)))).not.toContain(true);
      for (const way of fleet.waysOf(count)) way.pass();
    }));

  test("answers come late: they are waited for", () =>
    whileWatched(fleet, async (watcher) => {
      for (const way of fleet.waysOf(count)) way.delay(250);
      await watcher.untilHeard(6, 200, places);
      await watcher.untilEnded(3);
      for (const way of fleet.waysOf(count)) way.delay(0);
    }));

  test("answers are lost: what is tried again signs nobody out and is not done otherwise than answered", () =>
    whileWatched(fleet, async (watcher) => {
      const ways = fleet.members.slice(0, count).map(({ pool }) => pool);
      for (let times = 0; times < 12; times++) {
        for (const way of ways) way.loseNextAnswer(times % 2 === 0 ? "commit" : "anything");
        await watcher.untilHeard(2, 200, places);
      }
      for (const way of ways) expect(way.lost).toBeGreaterThan(6);
    }));
});
