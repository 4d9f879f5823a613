import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { DpopKey } from "../../harness/dpop-key.js";
import { expectRevoked, expectStatus } from "../../harness/expectations.js";
import { sharedDatabase } from "../../harness/shared-database.js";
import type { Security } from "../../harness/wire.js";
import { Client } from "./client.js";
import { Fleet } from "./fleet.js";
import { House } from "./house.js";
import { SETTINGS, TEST_WITHIN_MS } from "./settings.js";
import { Watcher } from "./watcher.js";

const SECURITY = "/api/accounts/me/security";
const ROUNDS = 100;

vi.setConfig({ testTimeout: TEST_WITHIN_MS });

let fleet: Fleet;
beforeAll(async () => {
  const { DATABASE_URL: url = "", ...secret } = await sharedDatabase("races of three services");
  fleet = await Fleet.start(url, { ...secret, ...SETTINGS, CURFEW_ACCESS_TOKEN_SECONDS: "300" });
});
afterAll(() => fleet.stop());

test("100 times signing everyone out races a sign-in and refreshes at the other replicas: who was signed out stays out, and the owner in", async () => {
  const watcher = new Watcher(fleet);
  const { owner } = await House.found(watcher, 0);
  const { email, password } = owner.visitor;
  const clients: Client[] = [];
  let revoked = 0;
  let racedOut = 0;

  const signIn = async (place: number): Promise<Client> => {
    const client = new Client(watcher, { transport: "body", key: new DpopKey() });
    Object.assign(client.visitor, { email, password });
    expectStatus(await client.at(place).login(), 200);
    return client;
  };
  const renew = async (client: Client | undefined, place: number): Promise<void> => {
    if (client === undefined) return;
    const answer = await client.at(place).refresh();
    if (answer.status === 200) return;
    expectRevoked(answer, "revoked_by_owner");
    racedOut += 1;
  };

  for (let nth = 0; nth < ROUNDS; nth++) {
    const [before] = clients.slice(-1);
    const [client] = await Promise.all([
      signIn(nth + 1),
      owner.renew(nth + 2),
      renew(before, nth + 1),
      renew(before, nth + 2),
      owner
        .at(nth)
        .post(`${SECURITY}/revoke-sessions`, { scope: "others" })
        .then((answer) => {
          expectStatus(answer, 200);
          revoked += answer.as<{ revoked_count: number }>().revoked_count;
          if (before !== undefined) before.end("revoked_by_owner", nth % 3);
        }),
    ]);
    clients.push(client);
    // Whoever began before was signed out by this round, whoever began in it only perhaps.
    if (before !== undefined) expectRevoked(await before.at(nth + 1).refresh(), "revoked_by_owner");
    expectStatus(await owner.at(nth + 1).get("/api/accounts/me"), 200);
  }

  watcher.expectNoFaults();
  expect(racedOut).toBeGreaterThan(0);
  const { active_session_count: live } = expectStatus(await owner.at(0).get(SECURITY), 200).as<Security>();
  expect(live).toBeGreaterThanOrEqual(1);
  expect(live).toBeLessThanOrEqual(2);
  // Some were born dead: their sign-in began before the revocation, and nobody was there to be counted.
  expect(revoked).toBeLessThanOrEqual(ROUNDS - (live - 1));
  await fleet.untilCalm();
  for (const client of clients.slice(0, -1))
    for (const place of [0, 1, 2])
      expectRevoked(await client.at(place).get("/api/accounts/me"), "revoked_by_owner");
});
