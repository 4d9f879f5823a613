import fc from "fast-check";
import { expect, test } from "vitest";
import { rounds } from "../../../../scripts/checks/rounds.js";
import { chosenSeed } from "./chosen-seed.js";
import { runScenario } from "./scenario-runner.js";
import { scenario } from "./scenarios.js";

const { CURFEW_MODEL_RUNS } = process.env;
const runs = Number(CURFEW_MODEL_RUNS ?? rounds(2_000, 5_000));
const seed = chosenSeed(CURFEW_MODEL_RUNS);

test(`the engine behaves like the reference in ${runs} scenarios with seed ${seed}`, async () => {
  const details = await fc.check(
    fc.asyncProperty(scenario, (generated) => runScenario(generated)),
    { numRuns: runs, seed },
  );
  const outcome = details.failed
    ? `seed ${seed}, path ${details.counterexamplePath}\n${(details.errorInstance as Error)?.message}`
    : "equal";
  expect(outcome).toBe("equal");
  expect(details.numRuns).toBe(runs);
});
