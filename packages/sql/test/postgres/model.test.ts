import fc from "fast-check";
import { expect, test } from "vitest";
import { play } from "../model/play.js";
import { story } from "../model/steps.js";
import { postgres } from "../support/databases.js";

const { CURFEW_POSTGRES_RUNS = "40", CURFEW_MODEL_SEED = `${Date.now() % 2_147_483_647}` } = process.env;
const runs = Number(CURFEW_POSTGRES_RUNS);
const seed = Number(CURFEW_MODEL_SEED);

test(`three replicas that take turns do what the reference says, in ${runs} stories from seed ${seed}`, async () => {
  const site = { kind: postgres, replicas: 3 };
  const details = await fc.check(
    fc.asyncProperty(story, (told) => play(told, site)),
    { numRuns: runs, seed },
  );
  const said = details.failed
    ? `seed ${seed}, path ${details.counterexamplePath}\n${(details.errorInstance as Error)?.message}`
    : "the same";
  expect(said).toBe("the same");
  expect(details.numRuns).toBe(runs);
}, 600_000);
