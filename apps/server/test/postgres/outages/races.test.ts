import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { rounds } from "../../../../../scripts/checks/rounds.js";
import { DpopKey } from "../../harness/dpop-key.js";
import { expectRevoked, expectStatus } from "../../harness/expectations.js";
import { postgresSettings } from "../../harness/postgres-settings.js";
import type { Security } from "../../harness/wire.js";
import { REPLICA_SETTINGS, ReplicaSet, TEST_TIMEOUT_MS } from "./replica-set.js";
import { ResponseRecorder } from "./response-recorder.js";
import { SimulatedAccount } from "./simulated-account.js";
import { TrackedSession } from "./tracked-session.js";

const SECURITY = "/api/accounts/me/security";
const ROUNDS = rounds(20, 100);

vi.setConfig({ testTimeout: TEST_TIMEOUT_MS });

let replicas: ReplicaSet;
beforeAll(async () => {
  const { DATABASE_URL: url = "", ...secret } = await postgresSettings("races of three services");
  replicas = await ReplicaSet.start(url, {
    ...secret,
    ...REPLICA_SETTINGS,
    CURFEW_ACCESS_TOKEN_SECONDS: "300",
  });
});
afterAll(() => replicas.stop());

test(`${ROUNDS} sign-outs of everyone else race a sign-in and refreshes at the other replicas: revoked sessions stay revoked, and the owner's lives on`, async () => {
  const recorder = new ResponseRecorder(replicas);
  const { owner } = await SimulatedAccount.create(recorder, 0);
  const { email, password } = owner.client;
  const sessions: TrackedSession[] = [];
  let revokedCount = 0;
  let refusedRefreshes = 0;

  const signIn = async (index: number): Promise<TrackedSession> => {
    const session = new TrackedSession(recorder, { transport: "body", key: new DpopKey() });
    Object.assign(session.client, { email, password });
    expectStatus(await session.at(index).login(), 200);
    return session;
  };
  const refresh = async (session: TrackedSession | undefined, index: number): Promise<void> => {
    if (session === undefined) return;
    const response = await session.at(index).refresh();
    if (response.status === 200) return;
    expectRevoked(response, "revoked_by_owner");
    refusedRefreshes += 1;
  };

  // On a busy machine a race may need more rounds until a refresh loses it.
  for (let round = 0; round < ROUNDS || (refusedRefreshes === 0 && round < 10 * ROUNDS); round++) {
    const [previous] = sessions.slice(-1);
    const [session] = await Promise.all([
      signIn(round + 1),
      owner.refresh(round + 2),
      refresh(previous, round + 1),
      refresh(previous, round + 2),
      owner
        .at(round)
        .post(`${SECURITY}/revoke-sessions`, { scope: "others" })
        .then((response) => {
          expectStatus(response, 200);
          revokedCount += response.json<{ revoked_count: number }>().revoked_count;
          if (previous !== undefined) previous.markEnded("revoked_by_owner", round % 3);
        }),
    ]);
    sessions.push(session);
    // A session from an earlier round is revoked by now; the one started in this round may or may not be.
    if (previous !== undefined) expectRevoked(await previous.at(round + 1).refresh(), "revoked_by_owner");
    expectStatus(await owner.at(round + 1).get("/api/accounts/me"), 200);
  }

  recorder.expectNoViolations();
  expect(refusedRefreshes).toBeGreaterThan(0);
  const { active_session_count: liveCount } = expectStatus(
    await owner.at(0).get(SECURITY),
    200,
  ).json<Security>();
  expect(liveCount).toBeGreaterThanOrEqual(1);
  expect(liveCount).toBeLessThanOrEqual(2);
  // A sign-in that began before the revocation starts an ended session, which the revocation doesn't count.
  expect(revokedCount).toBeLessThanOrEqual(sessions.length - (liveCount - 1));
  await replicas.untilHealthy();
  for (const session of sessions.slice(0, -1))
    for (const index of [0, 1, 2])
      expectRevoked(await session.at(index).get("/api/accounts/me"), "revoked_by_owner");
});
