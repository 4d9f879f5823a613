import { rm } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";
import { Random } from "../harness/random.js";
import { newDataDir, type Service, startService } from "../harness/service.js";
import { expectNothingLost, expectTrail } from "./after-restart.js";
import { Household } from "./household.js";

const HOUSEHOLDS = 6;
const ROUNDS = 6;
/** How many answers there are before the service is killed, in the midst of others. */
const ANSWERS = { least: 30, most: 120 };

let dataDir: string | undefined;
let service: Service | undefined;
afterEach(async () => {
  await service?.stop();
  if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
});

/** Lets every household act until the service, killed at one of their answers, answers nobody any more. */
async function actUntilKilled(
  households: readonly Household[],
  running: Service,
  answers: number,
): Promise<number> {
  let answered = 0;
  const actOn = async (household: Household): Promise<void> => {
    while (await household.act()) if (++answered === answers) process.kill(running.pid, "SIGKILL");
  };
  await Promise.all(households.map(actOn));
  await running.stop();
  return answered;
}

describe.each([
  { clients: "bound and unbound clients, within the grace", graceSeconds: "60", boundOnly: false, seed: 11 },
  { clients: "bound clients, with no grace at all", graceSeconds: "0", boundOnly: true, seed: 12 },
])("kill -9 under the load of $clients", ({ graceSeconds, boundOnly, seed }) => {
  test("loses nothing that was answered, revives nothing, and signs nobody out for a lost answer", async () => {
    const random = new Random(seed);
    // One port for all rounds: the public URL is in every token.
    const settings = {
      PORT: String(await freePort()),
      CURFEW_ROTATION_GRACE_SECONDS: graceSeconds,
      CURFEW_SESSIONS_PER_USER: "10000",
    };
    dataDir = await newDataDir();
    service = await startService(settings, dataDir);
    const first = service;
    const households = await Promise.all(
      Array.from({ length: HOUSEHOLDS }, (_, index) =>
        Household.found(first, new Random(seed + index), boundOnly),
      ),
    );

    for (let round = 0; round < ROUNDS; round++) {
      const answers = ANSWERS.least + random.below(ANSWERS.most - ANSWERS.least);
      expect(await actUntilKilled(households, service, answers)).toBeGreaterThanOrEqual(answers);
      service = await startService(settings, dataDir);
      await Promise.all(households.map(expectNothingLost));
    }
    await Promise.all(households.map(expectTrail));
  });
});
