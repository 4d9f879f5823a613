import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isLong } from "../../../../../scripts/checks/rounds.js";
import { postgresSettings } from "../../harness/postgres-settings.js";
import { until } from "../../harness/until.js";
import { REPLICA_SETTINGS, ReplicaSet, TEST_TIMEOUT_MS } from "./replica-set.js";
import { ResponseRecorder } from "./response-recorder.js";
import { SimulatedAccount } from "./simulated-account.js";
import { TrackedSession } from "./tracked-session.js";
import { underLoad } from "./under-load.js";

/** A replica that was suspended for longer than this doesn't trust its copy of the feed. */
const TRUSTED_FOR_MS = 2000;

vi.setConfig({ testTimeout: TEST_TIMEOUT_MS });

let replicas: ReplicaSet;
beforeAll(async () => {
  const { DATABASE_URL: url = "", ...secret } = await postgresSettings("outages of processes");
  replicas = await ReplicaSet.start(url, { ...secret, ...REPLICA_SETTINGS });
});
afterAll(() => replicas.stop());

/** Suspends a replica until its last feed read is too old to trust. */
async function pausePastTrust(index: number): Promise<void> {
  replicas.pause(index);
  const pausedAt = performance.now();
  await until("the feed read to be too old", () => performance.now() - pausedAt > TRUSTED_FOR_MS + 500);
}

describe("no session is lost and no revocation is late", () => {
  test("while each replica is killed and restarted at its port, then all at once", () =>
    underLoad(replicas, async (recorder) => {
      for (const { index, replica } of replicas.members) {
        await replica.kill();
        await recorder.untilResponses(2, "none", [index]);
        await replica.start();
        await recorder.untilResponses(2, 200, [index]);
      }
      await Promise.all(replicas.members.map(({ replica }) => replica.kill()));
      await Promise.all(replicas.members.map(({ replica }) => replica.start()));
    }));

  const whileOneIsSuspended = async (recorder: ResponseRecorder): Promise<void> => {
    const paused = pausePastTrust(0);
    await recorder.untilEndings(3);
    await paused;
    replicas.resume(0);
    await recorder.untilResponses(3, 200, [0]);
  };

  const whileTwoAreSuspended = async (recorder: ResponseRecorder): Promise<void> => {
    await Promise.all([pausePastTrust(1), pausePastTrust(2)]);
    for (const index of [1, 2]) replicas.resume(index);
    await recorder.untilResponses(3, 200, [1, 2]);
  };

  test("while replicas are suspended for longer than two seconds and resumed", () =>
    underLoad(replicas, ...(isLong ? [whileOneIsSuspended] : []), whileTwoAreSuspended));
});

test("the first responses of a resumed replica refuse exactly the sessions revoked during its suspension", async () => {
  await replicas.untilHealthy();
  const recorder = new ResponseRecorder(replicas);
  const account = await SimulatedAccount.create(recorder, 1);
  const { email, password } = account.owner.client;
  const sessions = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const session = new TrackedSession(recorder, { transport: "body" });
      Object.assign(session.client, { email, password });
      await session.recordGrant(() => session.at(1).login());
      expect((await session.call(0))?.status).toBe(200);
      return session;
    }),
  );
  const revoked = sessions.filter((_, position) => position % 2 === 0);
  const kept = sessions.filter((_, position) => position % 2 === 1);
  const paused = pausePastTrust(0);
  for (const session of revoked) {
    const path = `/api/accounts/me/security/sessions/${session.id}`;
    expect((await account.owner.at(1).delete(path)).status).toBe(204);
    session.markEnded("revoked_by_owner", 1);
  }
  const calls = [...sessions, ...revoked].map((session) => session.call(0));
  await paused;
  replicas.resume(0);
  const statuses = (await Promise.all(calls)).map((response) => response?.status);
  recorder.expectNoViolations();
  expect(statuses).not.toContain(undefined);
  for (const [position, status] of statuses.entries())
    expect([
      revoked.includes([...sessions, ...revoked][position] as TrackedSession) ? 401 : 200,
      503,
    ]).toContain(status);
  for (const session of kept) expect((await session.call(0))?.status).toBe(200);
  for (const session of revoked) expect((await session.call(0))?.status).toBe(401);
  recorder.expectNoViolations();
});
