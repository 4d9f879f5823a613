import fc from "fast-check";
import { expect, test } from "vitest";
import { rounds } from "../../../../scripts/checks/rounds.js";
import { chosenSeed } from "../model/chosen-seed.js";
import { runScenario } from "../model/scenario-runner.js";
import { scenario } from "../model/scenarios.js";
import { postgres } from "../support/databases.js";

const { CURFEW_POSTGRES_RUNS } = process.env;
const runs = Number(CURFEW_POSTGRES_RUNS ?? rounds(20, 100));
const seed = chosenSeed(CURFEW_POSTGRES_RUNS);

test(`three replicas behave like the reference in ${runs} scenarios with seed ${seed}`, async () => {
  const deployment = { kind: postgres, replicas: 3 };
  const details = await fc.check(
    fc.asyncProperty(scenario, (generated) => runScenario(generated, deployment)),
    { numRuns: runs, seed },
  );
  const outcome = details.failed
    ? `seed ${seed}, path ${details.counterexamplePath}\n${(details.errorInstance as Error)?.message}`
    : "equal";
  expect(outcome).toBe("equal");
  expect(details.numRuns).toBe(runs);
}, 600_000);
