import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isLong, rounds } from "../../../../../scripts/checks/rounds.js";
import type { FaultyProxy } from "../../../../../scripts/postgres/faulty-proxy.js";
import { postgresSettings } from "../../harness/postgres-settings.js";
import { ALL_REPLICAS, REPLICA_SETTINGS, ReplicaSet, TEST_TIMEOUT_MS } from "./replica-set.js";
import type { ResponseRecorder } from "./response-recorder.js";
import { underLoad } from "./under-load.js";

vi.setConfig({ testTimeout: TEST_TIMEOUT_MS });

let replicas: ReplicaSet;
beforeAll(async () => {
  const { DATABASE_URL: url = "", ...secret } = await postgresSettings("outages of the network");
  replicas = await ReplicaSet.start(url, { ...secret, ...REPLICA_SETTINGS });
});
afterAll(() => replicas.stop());

/** The indexes of the replicas with a faulty network. */
type Affected = readonly number[];

const proxiesOf = (indexes: Affected): readonly FaultyProxy[] =>
  indexes.flatMap((index) => replicas.proxiesOf(index));

/** Injects a network fault under load before the affected replicas; in the long run before the first, the first two, and all three. */
const withFaultyNetwork = (
  affected: Affected,
  injectFault: (indexes: Affected, recorder: ResponseRecorder) => Promise<void>,
): Promise<void> =>
  underLoad(
    replicas,
    ...(isLong ? [[0], [0, 1], ALL_REPLICAS] : [affected]).map(
      (indexes) => (recorder: ResponseRecorder) => injectFault(indexes, recorder),
    ),
  );

describe("no session is lost and no revocation is late with a faulty network before the replicas", () => {
  test("while connections are cut repeatedly", () =>
    withFaultyNetwork(ALL_REPLICAS, async (indexes, recorder) => {
      for (let cuts = 0; cuts < rounds(5, 10); cuts++) {
        for (const proxy of proxiesOf(indexes)) proxy.cut();
        await recorder.untilResponses(2, 200, indexes);
      }
    }));

  test("while connections hang: the affected replicas answer 503", () =>
    withFaultyNetwork([0], async (indexes, recorder) => {
      for (const proxy of proxiesOf(indexes)) proxy.swallow();
      if (indexes.length < 3) await recorder.untilEndings(3);
      await recorder.untilResponses(2, 503, indexes);
      expect(await Promise.all(indexes.map((index) => replicas.isReady(index)))).not.toContain(true);
      for (const proxy of proxiesOf(indexes)) proxy.pass();
    }));

  test("while database responses are delayed: the replicas wait for them", () =>
    withFaultyNetwork(ALL_REPLICAS, async (indexes, recorder) => {
      for (const proxy of proxiesOf(indexes)) proxy.delay(150);
      await recorder.untilResponses(6, 200, indexes);
      await recorder.untilEndings(2);
      for (const proxy of proxiesOf(indexes)) proxy.delay(0);
    }));

  test("while database responses are lost: a retry has the effect that its response reports", () =>
    withFaultyNetwork(ALL_REPLICAS, async (indexes, recorder) => {
      const pools = indexes.map((index) => replicas.member(index).pool);
      const before = pools.map(({ lost }) => lost);
      const fewestLost = () => Math.min(...pools.map(({ lost }, position) => lost - (before[position] ?? 0)));
      // A busy machine may send nothing for a round in which a response could be lost.
      for (let round = 0; round < rounds(6, 12) || fewestLost() <= rounds(3, 6); round++) {
        for (const pool of pools) pool.loseNextAnswer(round % 2 === 0 ? "commit" : "anything");
        await recorder.untilResponses(2, 200, indexes);
      }
    }));
});
