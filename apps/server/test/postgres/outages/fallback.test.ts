import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { FaultyProxy } from "../../../../../scripts/postgres/faulty-proxy.js";
import { expectProblem, expectRevoked, expectStatus } from "../../harness/expectations.js";
import { sharedDatabase } from "../../harness/shared-database.js";
import { until } from "../../harness/until.js";
import { Client } from "./client.js";
import { Fleet } from "./fleet.js";
import { House } from "./house.js";
import { SETTINGS, TEST_WITHIN_MS } from "./settings.js";
import { Watcher } from "./watcher.js";
import { whileWatched } from "./while-watched.js";

vi.setConfig({ testTimeout: TEST_WITHIN_MS });

let fleet: Fleet;
beforeAll(async () => {
  const { DATABASE_URL: url = "", ...secret } = await sharedDatabase("outages of one way to the database");
  fleet = await Fleet.start(url, { ...secret, ...SETTINGS });
});
afterAll(() => fleet.stop());

const each = (way: "pool" | "direct", act: (proxy: FaultyProxy) => unknown): Promise<unknown> =>
  Promise.all(fleet.members.map((member) => act(member[way])));

describe("with the connections that listen broken and all others whole", () => {
  test("an end is in force and told everywhere by the read of each second, and no replica is unready", () =>
    whileWatched(
      fleet,
      async (watcher) => {
        watcher.areTold = true;
        await each("direct", (proxy) => proxy.swallow());
        await watcher.untilEnded(2);
        await watcher.untilTried(12);
        for (const { place } of fleet.members) expect(await fleet.isReady(place)).toBe(true);
        await each("direct", (proxy) => proxy.pass());
      },
      async (watcher) => {
        watcher.areTold = true;
        await each("direct", (proxy) => proxy.close());
        await watcher.untilEnded(2);
        await watcher.untilTried(12);
        for (const { place } of fleet.members) expect(await fleet.isReady(place)).toBe(true);
        await each("direct", (proxy) => proxy.open());
      },
    ));
});

describe("with the connections that statements go over broken and the one that listens whole", () => {
  test("nobody is signed out and no end comes late, swallowed or refused", () =>
    whileWatched(
      fleet,
      async (watcher) => {
        await each("pool", (proxy) => proxy.swallow());
        await watcher.untilHeard(2, 503, [0, 1, 2]);
        await each("pool", (proxy) => proxy.pass());
      },
      async (watcher) => {
        await each("pool", (proxy) => proxy.close());
        await watcher.untilHeard(10, 503, [0, 1, 2]);
        await each("pool", (proxy) => proxy.open());
      },
    ));
});

describe("a replica whose memory is too old to be trusted", () => {
  afterEach(() => {
    fleet.member(0).pool.delay(0);
  });

  /** Two sessions of one owner, one of which replica 1 ends, and an owner who knows both. */
  async function twoSessions() {
    await fleet.untilCalm();
    const watcher = new Watcher(fleet);
    const { owner } = await House.found(watcher, 1);
    const { email, password } = owner.visitor;
    const signedIn = async (): Promise<Client> => {
      const client = new Client(watcher, { transport: "body" });
      Object.assign(client.visitor, { email, password });
      expectStatus(await client.at(1).login(), 200);
      return client;
    };
    const [stays, ends] = [await signedIn(), await signedIn()];
    const end = async () =>
      expectStatus(await owner.at(1).delete(`/api/accounts/me/security/sessions/${ends.id}`), 204);
    return { stays, ends, end };
  }

  /** For so long a replica may not have heard; from then on it has no read that is young enough. */
  async function boundPassed(): Promise<void> {
    const endedAt = performance.now();
    await until("the bound to pass", () => performance.now() - endedAt > 2000);
  }

  const call = (client: Client, place = 0) => client.at(place).get("/api/accounts/me");

  test("asks the database for each token, where answers take longer than it trusts what it read", async () => {
    const { stays, ends, end } = await twoSessions();
    // So that there are connections: one that is opened now takes longer than anybody waits for it.
    await Promise.all(Array.from({ length: 8 }, () => call(stays)));
    fleet.member(0).pool.delay(2100);
    await end();
    await boundPassed();
    const verdict = (client: Client) =>
      until(
        "a verdict",
        async () => {
          const answer = await call(client);
          return answer.status !== 503 && answer;
        },
        60_000,
      );
    expectStatus(await verdict(stays), 200);
    expectRevoked(await verdict(ends), "revoked_by_owner");
  });

  test("answers unavailable where the database can't be asked, for the live and the ended, and knows both after", async () => {
    const { stays, ends, end } = await twoSessions();
    const { pool } = fleet.member(0);
    await pool.close();
    await end();
    await boundPassed();
    expectProblem(await call(ends), 503, "unavailable");
    expectProblem(await call(stays), 503, "unavailable");
    expectStatus(await call(stays, 1), 200);
    await pool.open();
    await until("it to answer", async () => (await call(stays)).status === 200, 20_000);
    expectRevoked(await call(ends), "revoked_by_owner");
  });
});
