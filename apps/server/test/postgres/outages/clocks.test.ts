import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readToken } from "../../harness/access-token.js";
import { parseSetCookie } from "../../harness/cookie-jar.js";
import { DpopKey } from "../../harness/dpop-key.js";
import { expectProblem, expectStatus } from "../../harness/expectations.js";
import { newOwner } from "../../harness/people.js";
import type { Answer } from "../../harness/send.js";
import { sharedDatabase } from "../../harness/shared-database.js";
import { until } from "../../harness/until.js";
import { Visitor } from "../../harness/visitor.js";
import type { SignIn } from "../../harness/wire.js";
import { Fleet } from "./fleet.js";
import { SETTINGS, TEST_WITHIN_MS } from "./settings.js";
import { whileWatched } from "./while-watched.js";

const SHIFTED = fileURLToPath(new URL("shifted-clock.js", import.meta.url));
const HOUR_MS = 3_600_000;
/** By how much the clock of each replica is ahead. */
const AHEAD_MS = [HOUR_MS, -HOUR_MS, 0];
const PLACES = [0, 1, 2];

vi.setConfig({ testTimeout: TEST_WITHIN_MS });

let url = "";
let fleet: Fleet;
beforeAll(async () => {
  const { DATABASE_URL: database = "", ...secret } = await sharedDatabase("outages of clocks");
  url = database;
  fleet = await Fleet.start(url, { ...secret, ...SETTINGS }, (place) => ({
    NODE_OPTIONS: `--import=${SHIFTED}`,
    TEST_CLOCK_AHEAD_MS: String(AHEAD_MS[place]),
  }));
});
afterAll(() => fleet.stop());

/** Sets both deadlines of a session, by the clock of the database, which is this machine's. */
async function expireAt(sessionId: string, at: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const text = "UPDATE curfew_sessions SET idle_expires_at = $2, absolute_expires_at = $2 WHERE id = $1";
  await client.query(text, [sessionId, at]);
  await client.end();
}

describe("with the clock of one replica an hour ahead and of another an hour behind", () => {
  test("nobody is signed out and no end comes late, with whatever else is cut", () =>
    whileWatched(fleet, async (watcher) => {
      for (const place of PLACES) {
        for (const way of fleet.waysOf(place)) way.cut();
        await watcher.untilHeard(3, 200, [place]);
      }
      await watcher.untilEnded(6);
    }));

  test.each(PLACES)(
    "a sign-in at replica %i is dated and lasts by the clock of the database",
    async (place) => {
      const before = Date.now();
      const owner = await newOwner(fleet.member(place).replica, { key: new DpopKey() });
      const answer = expectStatus(await owner.login(), 200);
      const after = Date.now();
      const { session, access_token: token, expires_in: lifetime } = answer.as<SignIn>();
      const startedAt = Date.parse(session.started_at);
      expect(startedAt).toBeGreaterThanOrEqual(before);
      expect(startedAt).toBeLessThanOrEqual(after);
      expect(Date.parse(session.idle_expires_at)).toBe(startedAt + session.idle_minutes * 60_000);
      expect(Date.parse(session.absolute_expires_at)).toBe(startedAt + session.absolute_minutes * 60_000);
      expect(session.absolute_expires_in_ms).toBeLessThanOrEqual(session.absolute_minutes * 60_000);
      expect(session.absolute_expires_in_ms).toBeGreaterThan(session.absolute_minutes * 60_000 - 2000);
      const [cookie] = answer.setCookies.map(parseSetCookie);
      const maxAge = Number(cookie?.attributes["max-age"]);
      expect(maxAge).toBeLessThanOrEqual(session.absolute_minutes * 60);
      expect(maxAge).toBeGreaterThan(session.absolute_minutes * 60 - 3);
      const { iat, exp } = readToken(token).claims;
      expect(Number(iat)).toBe(Math.floor(startedAt / 1000));
      expect(Number(exp) - Number(iat)).toBe(lifetime);
      expect(lifetime).toBe(30);
    },
  );

  test.each([0, 150])(
    "no session is accepted at its deadline and none is refused before it, with answers that take %i ms",
    async (delayMs) => {
      const owner = await newOwner(fleet.member(2).replica, { transport: "body" });
      for (const place of PLACES) fleet.member(place).pool.delay(delayMs);
      // A whole second: the access token, which counts in these, expires at the deadline and not before.
      const deadline = Math.ceil(Date.now() / 1000) * 1000 + 3000;
      await expireAt(owner.sessionId, deadline);
      const { access_token: bearer, refresh_token: refreshToken } = expectStatus(
        await owner.refresh(),
        200,
      ).as<SignIn>();
      expect(Number(readToken(bearer).claims["exp"]) * 1000).toBe(deadline);
      const tried = PLACES.map(async (place) => {
        const visitor = new Visitor(fleet.member(place).replica, { transport: "body" });
        // What does not look at the session: the token's word is all that counts.
        const call = () => visitor.get("/api/accounts/me", { bearer });
        const renew = () => visitor.post("/api/auth/refresh", { refresh_token: refreshToken });
        const early = async (ask: () => Promise<Answer>): Promise<void> => {
          const answer = await ask();
          if (Date.now() < deadline) expectStatus(answer, 200);
        };
        while (Date.now() < deadline - 1000) await Promise.all([early(call), early(renew)]);
        await until("the deadline", () => Date.now() > deadline, 5000, 1);
        const [called, renewed] = await Promise.all([call(), renew()]);
        expectProblem(called, 401, "token_expired");
        const told = expectProblem(renewed, 401, "session_expired");
        expect(Date.parse(told.ended_at ?? "")).toBe(deadline);
      });
      await Promise.all(tried);
      for (const place of PLACES) fleet.member(place).pool.delay(0);
    },
  );
});
