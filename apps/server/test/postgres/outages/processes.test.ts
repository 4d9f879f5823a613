import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { sharedDatabase } from "../../harness/shared-database.js";
import { until } from "../../harness/until.js";
import { Client } from "./client.js";
import { Fleet } from "./fleet.js";
import { House } from "./house.js";
import { SETTINGS, TEST_WITHIN_MS } from "./settings.js";
import { Watcher } from "./watcher.js";
import { whileWatched } from "./while-watched.js";

/** A replica that was stopped for longer trusts nothing that it remembers. */
const TRUSTED_FOR_MS = 2000;

vi.setConfig({ testTimeout: TEST_WITHIN_MS });

let fleet: Fleet;
beforeAll(async () => {
  const { DATABASE_URL: url = "", ...secret } = await sharedDatabase("outages of processes");
  fleet = await Fleet.start(url, { ...secret, ...SETTINGS });
});
afterAll(() => fleet.stop());

/** Stops a replica until it can trust its memory no more. */
async function pauseTooLong(place: number): Promise<void> {
  fleet.pause(place);
  const pausedAt = performance.now();
  await until("the memory to be too old", () => performance.now() - pausedAt > TRUSTED_FOR_MS + 500);
}

describe("nobody is signed out, and no end comes late", () => {
  test("while each replica is killed and started again at its port, and all at once", () =>
    whileWatched(fleet, async (watcher) => {
      for (const { place, replica } of fleet.members) {
        await replica.kill();
        await watcher.untilHeard(2, "none", [place]);
        await replica.start();
        await watcher.untilHeard(2, 200, [place]);
      }
      await Promise.all(fleet.members.map(({ replica }) => replica.kill()));
      await Promise.all(fleet.members.map(({ replica }) => replica.start()));
    }));

  test("while a replica is stopped as it stands for longer than two seconds and goes on, and while two are", () =>
    whileWatched(
      fleet,
      async (watcher) => {
        const paused = pauseTooLong(0);
        await watcher.untilEnded(3);
        await paused;
        fleet.goOn(0);
        await watcher.untilHeard(3, 200, [0]);
      },
      async (watcher) => {
        await Promise.all([pauseTooLong(1), pauseTooLong(2)]);
        for (const place of [1, 2]) fleet.goOn(place);
        await watcher.untilHeard(3, 200, [1, 2]);
      },
    ));
});

test("the first answers of a replica that was stopped refuse what was ended meanwhile, and nothing else", async () => {
  await fleet.untilCalm();
  const watcher = new Watcher(fleet);
  const house = await House.found(watcher, 1);
  const { email, password } = house.owner.visitor;
  const clients = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const client = new Client(watcher, { transport: "body" });
      Object.assign(client.visitor, { email, password });
      await client.granted(() => client.at(1).login());
      expect((await client.call(0))?.status).toBe(200);
      return client;
    }),
  );
  const ends = clients.filter((_, nth) => nth % 2 === 0);
  const stays = clients.filter((_, nth) => nth % 2 === 1);
  const paused = pauseTooLong(0);
  for (const client of ends) {
    const path = `/api/accounts/me/security/sessions/${client.id}`;
    expect((await house.owner.at(1).delete(path)).status).toBe(204);
    client.end("revoked_by_owner", 1);
  }
  const asked = [...clients, ...ends].map((client) => client.call(0));
  await paused;
  fleet.goOn(0);
  const statuses = (await Promise.all(asked)).map((answer) => answer?.status);
  watcher.expectNoFaults();
  expect(statuses).not.toContain(undefined);
  for (const [nth, status] of statuses.entries())
    expect([ends.includes([...clients, ...ends][nth] as Client) ? 401 : 200, 503]).toContain(status);
  for (const client of stays) expect((await client.call(0))?.status).toBe(200);
  for (const client of ends) expect((await client.call(0))?.status).toBe(401);
  watcher.expectNoFaults();
});
