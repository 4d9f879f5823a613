import { openPostgres } from "@curfew/sql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase } from "../../../../packages/sql/test/support/databases.js";
import { FaultyProxy } from "../../../../scripts/postgres/faulty-proxy.js";
import { join, login, refresh, register, type SignedIn, signedIn } from "../unit/api-calls.js";
import { recordStatements } from "../unit/record-statements.js";
import { type Answer, createTestService, PASSWORD, type TestService } from "../unit/test-service.js";

let proxy: FaultyProxy;
let service: TestService;
let dropDatabase: () => Promise<void>;
let ada: SignedIn;

/** Reads of the feed, which a revocation starts in the background: no answer waits for them. */
let feedReads = 0;

/** A service on a database behind a proxy that counts. The clock of the feed and the sweeps stands still. */
beforeAll(async () => {
  const { url, drop } = await createDatabase();
  dropDatabase = drop;
  proxy = await FaultyProxy.before(url);
  service = await createTestService({
    openDatabase: async () => {
      const database = openPostgres({ url: proxy.url, poolSize: 1 });
      return {
        ...database,
        listen: () => ({ stop() {} }),
        read(unit, options) {
          const steps: string[] = [];
          return recordStatements(database, steps)
            .read(unit, options)
            .finally(() => {
              if (steps.some((step) => step.includes("LEFT JOIN curfew_feed"))) feedReads += 1;
            });
        },
      };
    },
  });
  ada = await register(service, "Ada");
});
afterAll(async () => {
  await service.close();
  await proxy.close();
  await dropDatabase();
});

/** Its statement, and COMMIT. */
const ROUND_TRIPS_OF_A_COUNT = 2;

async function roundTripsOf(call: () => Promise<Answer>, status = 200): Promise<number> {
  const counted = async (): Promise<number> => {
    // The only connection is free once what runs in the background is done.
    await service.query("SELECT 1");
    return proxy.roundTrips - feedReads;
  };
  const before = await counted();
  expect((await call()).status).toBe(status);
  return (await counted()) - before - ROUND_TRIPS_OF_A_COUNT;
}

test("a sign-in asks the database eight times at most, wherever it comes from and whatever it replaces", async () => {
  const old = signedIn(await login(service, ada.email));
  const elsewhere = { ip: "198.51.100.7" };
  expect(await roundTripsOf(() => login(service, ada.email))).toBeLessThanOrEqual(8);
  expect(await roundTripsOf(() => login(service, ada.email, PASSWORD, elsewhere))).toBeLessThanOrEqual(8);
  const replacing = () => login(service, ada.email, PASSWORD, { cookie: old.cookie });
  expect(await roundTripsOf(replacing)).toBeLessThanOrEqual(8);
  expect(await roundTripsOf(replacing)).toBeLessThanOrEqual(8);
  const body = { email: ada.email, password: PASSWORD, end_others_first: true };
  const alone = () => service.call("POST", "/api/auth/login", { body });
  expect(await roundTripsOf(alone)).toBeLessThanOrEqual(8);
});

test("a refused sign-in asks as often for an e-mail of nobody as for a wrong password", async () => {
  const known = await roundTripsOf(() => login(service, ada.email, "wrong"), 401);
  expect(await roundTripsOf(() => login(service, "nobody@example.test", "wrong"), 401)).toBe(known);
});

test("a refresh asks the database once, and reading the session too", async () => {
  const { cookie, token } = signedIn(await login(service, ada.email));
  expect(await roundTripsOf(() => refresh(service, cookie))).toBe(1);
  expect(await roundTripsOf(() => service.call("GET", "/api/auth/session", { token }))).toBe(1);
});

test("the policy page asks the database three times at most", async () => {
  const grace = await register(service, "Grace");
  await join(service, grace, "Bob");
  const { token } = grace;
  const read = () => service.call("GET", "/api/accounts/me/security", { token });
  expect(await roundTripsOf(read)).toBeLessThanOrEqual(3);
});
