import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, test, vi } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../../scripts/postgres/server.js";
import { Fleet } from "./fleet.js";
import { SETTINGS, TEST_WITHIN_MS } from "./settings.js";
import type { Watcher } from "./watcher.js";
import { whileWatched } from "./while-watched.js";

const EVERYWHERE = [0, 1, 2];

vi.setConfig({ testTimeout: TEST_WITHIN_MS });

let server: PostgresServer;
let fleet: Fleet;
beforeAll(async () => {
  server = await startPostgres();
  fleet = await Fleet.start(server.url, {
    ...SETTINGS,
    CURFEW_SECRET: randomBytes(32).toString("base64"),
  });
});
afterAll(async () => {
  await fleet.stop();
  await server.remove();
});

describe("nobody is signed out, and nothing that was answered is lost", () => {
  const whileEnded = (end: () => Promise<void>) => async (watcher: Watcher) => {
    await end();
    await watcher.untilHeard(3, 503, EVERYWHERE);
    await server.start();
  };

  test("while PostgreSQL is stopped and started", () =>
    whileWatched(
      fleet,
      whileEnded(() => server.stop()),
    ));

  test("while PostgreSQL is killed and started, twice", () =>
    whileWatched(
      fleet,
      whileEnded(() => server.kill()),
      whileEnded(() => server.kill()),
    ));
});
