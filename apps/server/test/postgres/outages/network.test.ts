import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { FaultyProxy } from "../../../../../scripts/postgres/faulty-proxy.js";
import { sharedDatabase } from "../../harness/shared-database.js";
import { Fleet } from "./fleet.js";
import { SETTINGS, TEST_WITHIN_MS } from "./settings.js";
import type { Watcher } from "./watcher.js";
import { whileWatched } from "./while-watched.js";

vi.setConfig({ testTimeout: TEST_WITHIN_MS });

let fleet: Fleet;
beforeAll(async () => {
  const { DATABASE_URL: url = "", ...secret } = await sharedDatabase("outages of the network");
  fleet = await Fleet.start(url, { ...secret, ...SETTINGS });
});
afterAll(() => fleet.stop());

/** The replicas that have a bad network: the first, the first two, and all three. */
const FRONTS = [[0], [0, 1], [0, 1, 2]] as const;
type Front = (typeof FRONTS)[number];

const waysOf = (places: Front): readonly FaultyProxy[] => places.flatMap((place) => fleet.waysOf(place));

/** Makes the network of one, two and three replicas bad, in turn, while people come and go. */
const whileBad = (trouble: (places: Front, watcher: Watcher) => Promise<void>): Promise<void> =>
  whileWatched(fleet, ...FRONTS.map((places) => (watcher: Watcher) => trouble(places, watcher)));

describe("with a bad network before one, two and three of three replicas nobody is signed out, and no end comes late", () => {
  test("while connections are cut again and again", () =>
    whileBad(async (places, watcher) => {
      for (let cuts = 0; cuts < 10; cuts++) {
        for (const way of waysOf(places)) way.cut();
        await watcher.untilHeard(2, 200, places);
      }
    }));

  test("while everything is swallowed: whoever asks there is told to try again", () =>
    whileBad(async (places, watcher) => {
      for (const way of waysOf(places)) way.swallow();
      if (places.length < 3) await watcher.untilEnded(3);
      await watcher.untilHeard(2, 503, places);
      expect(await Promise.all(places.map((place) => fleet.isReady(place)))).not.toContain(true);
      for (const way of waysOf(places)) way.pass();
    }));

  test("while answers come late: they are waited for", () =>
    whileBad(async (places, watcher) => {
      for (const way of waysOf(places)) way.delay(150);
      await watcher.untilHeard(6, 200, places);
      await watcher.untilEnded(2);
      for (const way of waysOf(places)) way.delay(0);
    }));

  test("while answers are lost: what is tried again is done as it was answered", () =>
    whileBad(async (places, watcher) => {
      const pools = places.map((place) => fleet.member(place).pool);
      const before = pools.map(({ lost }) => lost);
      for (let times = 0; times < 12; times++) {
        for (const pool of pools) pool.loseNextAnswer(times % 2 === 0 ? "commit" : "anything");
        await watcher.untilHeard(2, 200, places);
      }
      for (const [nth, pool] of pools.entries()) expect(pool.lost - (before[nth] ?? 0)).toBeGreaterThan(6);
    }));
});
