import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, test, vi } from "vitest";
import { isLong } from "../../../../../scripts/checks/rounds.js";
import { type PostgresServer, startPostgres } from "../../../../../scripts/postgres/server.js";
import { ALL_REPLICAS, REPLICA_SETTINGS, ReplicaSet, TEST_TIMEOUT_MS } from "./replica-set.js";
import type { ResponseRecorder } from "./response-recorder.js";
import { underLoad } from "./under-load.js";

vi.setConfig({ testTimeout: TEST_TIMEOUT_MS });

let server: PostgresServer;
let replicas: ReplicaSet;
beforeAll(async () => {
  server = await startPostgres();
  replicas = await ReplicaSet.start(server.url, {
    ...REPLICA_SETTINGS,
    CURFEW_SECRET: randomBytes(32).toString("base64"),
  });
});
afterAll(async () => {
  await replicas.stop();
  await server.remove();
});

describe("no session is lost, and no confirmed change is lost", () => {
  const withDatabaseDown = (takeDown: () => Promise<void>) => async (recorder: ResponseRecorder) => {
    await takeDown();
    await recorder.untilResponses(3, 503, ALL_REPLICAS);
    await server.start();
  };

  const whileStopped = withDatabaseDown(() => server.stop());
  const whileKilled = withDatabaseDown(() => server.kill());

  test("while PostgreSQL is killed and started; in the long run also while it is stopped, and killed twice", () =>
    underLoad(replicas, ...(isLong ? [whileStopped, whileKilled] : []), whileKilled));
});
