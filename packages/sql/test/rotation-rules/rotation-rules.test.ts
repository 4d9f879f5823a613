import { describe, expect, test } from "vitest";
import { rounds } from "../../../../scripts/checks/rounds.js";
import { HONEST, type Story, THIEVES, thiefBeforeTheOwner } from "./stories.js";
import { openWorlds, type Rules } from "./world.js";

const SEEDS = Array.from({ length: rounds(6, 12) }, (_, nth) => 1000 * nth + 7);

const NO_GRACE: Rules = { rotationGraceSeconds: 0, shadowLimit: 0 };
const GRACE_ALONE: Rules = { rotationGraceSeconds: 10, shadowLimit: 0 };
const ONE_ROTATION: Rules = { rotationGraceSeconds: 10, shadowLimit: 1 };
/** The defaults. */
const THREE_ROTATIONS: Rules = { rotationGraceSeconds: 10, shadowLimit: 3 };

/** Tells each story once for each seed, and returns how many sessions ended as `token_reused`. */
async function countEnded(rules: Rules, stories: Readonly<Record<string, Story>>) {
  const signIn = await openWorlds(rules);
  const ended: Record<string, number> = {};
  for (const [name, tell] of Object.entries(stories)) {
    ended[name] = 0;
    for (const seed of SEEDS) {
      const world = await signIn(seed);
      await tell(world);
      if (!world.isLive) ended[name] += 1;
    }
  }
  return ended;
}

const each = (stories: Readonly<Record<string, Story>>, count: number) =>
  Object.fromEntries(Object.keys(stories).map((name) => [name, count]));

describe("the rules of rotation, in the same stories with the same seeds", () => {
  test("end every thief who follows the owner, and no honest client, at the third shared rotation in a row", async () => {
    expect(await countEnded(THREE_ROTATIONS, HONEST)).toEqual(each(HONEST, 0));
    expect(await countEnded(THREE_ROTATIONS, THIEVES)).toEqual(each(THIEVES, SEEDS.length));
  });

  test("with the grace alone don't notice a thief who shadows the owner", async () => {
    expect(await countEnded(GRACE_ALONE, HONEST)).toEqual(each(HONEST, 0));
    expect(await countEnded(GRACE_ALONE, THIEVES)).toEqual({
      ...each(THIEVES, SEEDS.length),
      "a thief who shadows the owner": 0,
      "a thief who shadows the owner from a new network each time": 0,
    });
  });

  test("at the first shared rotation, or without a grace, sign honest clients out", async () => {
    for (const rules of [ONE_ROTATION, NO_GRACE]) {
      const { "five tabs behind one address": tabs, ...moving } = await countEnded(rules, HONEST);
      expect(Math.max(...Object.values(moving))).toBe(SEEDS.length);
      expect(tabs).toBe(rules === NO_GRACE ? SEEDS.length : 0);
    }
  });

  test("never notice a thief who refreshes a moment before the owner, each time", async () => {
    for (const rules of [GRACE_ALONE, THREE_ROTATIONS])
      expect(await countEnded(rules, { thiefBeforeTheOwner })).toEqual({ thiefBeforeTheOwner: 0 });
  });
});
