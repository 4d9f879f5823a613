import fc from "fast-check";
import { expect, test } from "vitest";
import { play } from "./play.js";
import { story } from "./steps.js";

const { CURFEW_MODEL_RUNS = "2000", CURFEW_MODEL_SEED = `${Date.now() % 2_147_483_647}` } = process.env;
const runs = Number(CURFEW_MODEL_RUNS);
const seed = Number(CURFEW_MODEL_SEED);

test(`the engine does what the reference says, in ${runs} stories from seed ${seed}`, async () => {
  const details = await fc.check(
    fc.asyncProperty(story, (told) => play(told)),
    { numRuns: runs, seed },
  );
  const told = details.failed
    ? `seed ${seed}, path ${details.counterexamplePath}\n${(details.errorInstance as Error)?.message}`
    : "the same";
  expect(told).toBe("the same");
  expect(details.numRuns).toBe(runs);
});
