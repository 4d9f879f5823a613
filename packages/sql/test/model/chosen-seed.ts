import { rounds } from "../../../../scripts/checks/rounds.js";

/**
 * Returns the seed of a run. `npm test` tells the same stories each time, so that no run fails by chance. The long run, and one
 * whose number of stories is given, tell others, unless a seed is given.
 */
export function chosenSeed(numberOfStories: string | undefined): number {
  const { CURFEW_MODEL_SEED } = process.env;
  if (CURFEW_MODEL_SEED !== undefined) return Number(CURFEW_MODEL_SEED);
  const random = Date.now() % 2_147_483_647;
  return numberOfStories === undefined ? rounds(20_261_130, random) : random;
}
