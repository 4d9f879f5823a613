import { expect } from "vitest";
import { ALL_REPLICAS, type ReplicaSet } from "./replica-set.js";
import { ResponseRecorder } from "./response-recorder.js";
import { SimulatedAccount } from "./simulated-account.js";

/**
 * Runs simulated accounts against every replica while faults are injected, and checks each response against the ones before it.
 * Afterwards checks the final state of every session at every replica.
 *
 * @param faults injected one after the other, each after the replicas have recovered from the one before
 */
export async function underLoad(
  replicas: ReplicaSet,
  ...faults: readonly ((recorder: ResponseRecorder) => Promise<void>)[]
): Promise<void> {
  await replicas.untilHealthy();
  const recorder = new ResponseRecorder(replicas);
  const accounts = await Promise.all(
    ALL_REPLICAS.map((homeReplica) => SimulatedAccount.create(recorder, homeReplica)),
  );
  try {
    for (const account of accounts) account.start();
    await recorder.untilEndings(2);
    for (const injectFault of faults) {
      await recorder.duringFault(() => injectFault(recorder));
      // The replicas are healthy again: sessions that start from here on must see their end within the bound.
      await recorder.untilResponses(5, 200, ALL_REPLICAS);
      await recorder.untilEndings(4);
    }
  } finally {
    recorder.stop();
    await Promise.all(accounts.map((account) => account.finished()));
  }
  for (const account of accounts) await account.expectFinalState();
  recorder.expectNoViolations();
  expect(accounts.every((account) => account.owner.expected.state === "live")).toBe(true);
}
