import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { rounds } from "../../../../../scripts/checks/rounds.js";
import { decodeToken } from "../../harness/access-token.js";
import { ApiClient } from "../../harness/api-client.js";
import { parseSetCookie } from "../../harness/cookie-jar.js";
import { DpopKey } from "../../harness/dpop-key.js";
import { expectProblem, expectStatus } from "../../harness/expectations.js";
import { postgresSettings } from "../../harness/postgres-settings.js";
import type { ApiResponse } from "../../harness/send.js";
import { runSql } from "../../harness/sql-client.js";
import { until } from "../../harness/until.js";
import { newOwner } from "../../harness/users.js";
import type { SignIn } from "../../harness/wire.js";
import { ALL_REPLICAS, REPLICA_SETTINGS, ReplicaSet, TEST_TIMEOUT_MS } from "./replica-set.js";
import { underLoad } from "./under-load.js";

const SHIFTED = fileURLToPath(new URL("shifted-clock.js", import.meta.url));
const HOUR_MS = 3_600_000;
/** How far the clock of each replica is ahead. */
const AHEAD_MS = [HOUR_MS, -HOUR_MS, 0];

vi.setConfig({ testTimeout: TEST_TIMEOUT_MS });

let url = "";
let replicas: ReplicaSet;
beforeAll(async () => {
  const { DATABASE_URL: database = "", ...secret } = await postgresSettings("outages of clocks");
  url = database;
  replicas = await ReplicaSet.start(url, { ...secret, ...REPLICA_SETTINGS }, (index) => ({
    NODE_OPTIONS: `--import=${SHIFTED}`,
    TEST_CLOCK_AHEAD_MS: String(AHEAD_MS[index]),
  }));
});
afterAll(() => replicas.stop());

/** Sets both deadlines of a session. The database has this machine's clock. */
async function expireAt(sessionId: string, at: number): Promise<void> {
  await runSql(
    url,
    `UPDATE curfew_sessions SET idle_expires_at = ${at}, absolute_expires_at = ${at} WHERE id = '${sessionId}'`,
  );
}

describe("with one replica's clock an hour ahead and another's an hour behind", () => {
  test("no session is lost and no revocation is late while connections are cut", () =>
    underLoad(replicas, async (recorder) => {
      for (const index of ALL_REPLICAS) {
        for (const proxy of replicas.proxiesOf(index)) proxy.cut();
        await recorder.untilResponses(3, 200, [index]);
      }
      await recorder.untilEndings(rounds(2, 6));
    }));

  test.each(ALL_REPLICAS)(
    "a sign-in at replica %i gets its times and deadlines from the database's clock",
    async (index) => {
      const before = Date.now();
      const owner = await newOwner(replicas.member(index).replica, { key: new DpopKey() });
      const response = expectStatus(await owner.login(), 200);
      const after = Date.now();
      const { session, access_token: token, expires_in: lifetime } = response.json<SignIn>();
      const startedAt = Date.parse(session.started_at);
      expect(startedAt).toBeGreaterThanOrEqual(before);
      expect(startedAt).toBeLessThanOrEqual(after);
      expect(Date.parse(session.idle_expires_at)).toBe(startedAt + session.idle_minutes * 60_000);
      expect(Date.parse(session.absolute_expires_at)).toBe(startedAt + session.absolute_minutes * 60_000);
      expect(session.absolute_expires_in_ms).toBeLessThanOrEqual(session.absolute_minutes * 60_000);
      expect(session.absolute_expires_in_ms).toBeGreaterThan(session.absolute_minutes * 60_000 - 2000);
      const [cookie] = response.setCookies.map(parseSetCookie);
      const maxAge = Number(cookie?.attributes["max-age"]);
      expect(maxAge).toBeLessThanOrEqual(session.absolute_minutes * 60);
      expect(maxAge).toBeGreaterThan(session.absolute_minutes * 60 - 3);
      const { iat, exp } = decodeToken(token).claims;
      expect(Number(iat)).toBe(Math.floor(startedAt / 1000));
      expect(Number(exp) - Number(iat)).toBe(lifetime);
      expect(lifetime).toBe(30);
    },
  );

  test.each([0, 150])(
    "a session is accepted until its deadline and refused from then on, with database responses delayed by %i ms",
    async (delayMs) => {
      const owner = await newOwner(replicas.member(2).replica, { transport: "body" });
      for (const index of ALL_REPLICAS) replicas.member(index).pool.delay(delayMs);
      // A whole second, because an access token's `exp` has no fraction: it expires exactly at the deadline.
      const deadline = Math.ceil(Date.now() / 1000) * 1000 + 3000;
      await expireAt(owner.sessionId, deadline);
      const { access_token: bearer, refresh_token: refreshToken } = expectStatus(
        await owner.refresh(),
        200,
      ).json<SignIn>();
      expect(Number(decodeToken(bearer).claims["exp"]) * 1000).toBe(deadline);
      const checks = ALL_REPLICAS.map(async (index) => {
        const client = new ApiClient(replicas.member(index).replica, { transport: "body" });
        // This operation doesn't read the session, so the access token alone decides.
        const call = () => client.get("/api/accounts/me", { bearer });
        const refresh = () => client.post("/api/auth/refresh", { refresh_token: refreshToken });
        const expectAcceptedBeforeDeadline = async (send: () => Promise<ApiResponse>): Promise<void> => {
          const response = await send();
          if (Date.now() < deadline) expectStatus(response, 200);
        };
        while (Date.now() < deadline - 1000)
          await Promise.all([expectAcceptedBeforeDeadline(call), expectAcceptedBeforeDeadline(refresh)]);
        await until("the deadline", () => Date.now() > deadline, 5000, 1);
        const [callResponse, refreshResponse] = await Promise.all([call(), refresh()]);
        expectProblem(callResponse, 401, "token_expired");
        const refusal = expectProblem(refreshResponse, 401, "session_expired");
        expect(Date.parse(refusal.ended_at ?? "")).toBe(deadline);
      });
      await Promise.all(checks);
      for (const index of ALL_REPLICAS) replicas.member(index).pool.delay(0);
    },
  );
});
