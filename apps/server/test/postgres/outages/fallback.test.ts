import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { isLong } from "../../../../../scripts/checks/rounds.js";
import type { FaultyProxy } from "../../../../../scripts/postgres/faulty-proxy.js";
import { expectProblem, expectRevoked, expectStatus } from "../../harness/expectations.js";
import { postgresSettings } from "../../harness/postgres-settings.js";
import { until } from "../../harness/until.js";
import { REPLICA_SETTINGS, ReplicaSet, TEST_TIMEOUT_MS } from "./replica-set.js";
import { ResponseRecorder } from "./response-recorder.js";
import { SimulatedAccount } from "./simulated-account.js";
import { TrackedSession } from "./tracked-session.js";
import { underLoad } from "./under-load.js";

vi.setConfig({ testTimeout: TEST_TIMEOUT_MS });

let replicas: ReplicaSet;
beforeAll(async () => {
  const { DATABASE_URL: url = "", ...secret } = await postgresSettings("outages of one kind of connection");
  replicas = await ReplicaSet.start(url, { ...secret, ...REPLICA_SETTINGS });
});
afterAll(() => replicas.stop());

const onEachProxy = (
  connection: "pool" | "direct",
  apply: (proxy: FaultyProxy) => unknown,
): Promise<unknown> => Promise.all(replicas.members.map((member) => apply(member[connection])));

/** Breaks one kind of connection before every replica in one of two ways, and repairs it afterwards. */
const WAYS = {
  hang: [(proxy: FaultyProxy) => proxy.swallow(), (proxy: FaultyProxy) => proxy.pass()],
  refused: [(proxy: FaultyProxy) => proxy.close(), (proxy: FaultyProxy) => proxy.open()],
} as const;

/** Runs accounts under load while one kind of connection hangs, and in the long run also while it is refused. */
const whileBroken = (
  connection: "pool" | "direct",
  check: (recorder: ResponseRecorder) => Promise<void>,
): Promise<void> =>
  underLoad(
    replicas,
    ...(isLong ? [WAYS.hang, WAYS.refused] : [WAYS.hang]).map(
      ([breakOff, repair]) =>
        async (recorder: ResponseRecorder) => {
          await onEachProxy(connection, breakOff);
          await check(recorder);
          await onEachProxy(connection, repair);
        },
    ),
  );

test("with the listening connections broken, each replica applies and streams revocations by its read every second, and stays ready", () =>
  whileBroken("direct", async (recorder) => {
    recorder.isFeedReadable = true;
    await recorder.untilEndings(2);
    await recorder.untilChecks(12);
    for (const { index } of replicas.members) expect(await replicas.isReady(index)).toBe(true);
  }));

test("with the pooled connections broken and the listening one intact, no session is lost and no revocation is late", () =>
  whileBroken("pool", (recorder) => recorder.untilResponses(2, 503, [0, 1, 2])));

describe("a replica whose last feed read is too old to trust", () => {
  afterEach(() => {
    replicas.member(0).pool.delay(0);
  });

  /** Two sessions of one owner, and a function that revokes the second at replica 1. */
  async function twoSessions() {
    await replicas.untilHealthy();
    const recorder = new ResponseRecorder(replicas);
    const { owner } = await SimulatedAccount.create(recorder, 1);
    const { email, password } = owner.client;
    const signIn = async (): Promise<TrackedSession> => {
      const session = new TrackedSession(recorder, { transport: "body" });
      Object.assign(session.client, { email, password });
      expectStatus(await session.at(1).login(), 200);
      return session;
    };
    const [kept, revoked] = [await signIn(), await signIn()];
    const revoke = async () =>
      expectStatus(await owner.at(1).delete(`/api/accounts/me/security/sessions/${revoked.id}`), 204);
    return { kept, revoked, revoke };
  }

  /** Waits until the last feed read of a replica is older than two seconds. */
  async function waitForBound(): Promise<void> {
    const startedAt = performance.now();
    await until("the bound to pass", () => performance.now() - startedAt > 2000);
  }

  const call = (session: TrackedSession, index = 0) => session.at(index).get("/api/accounts/me");

  test("checks each token in the database while feed reads take longer than it trusts them", async () => {
    const { kept, revoked, revoke } = await twoSessions();
    // Opens the pooled connections first: with the delay, opening one takes longer than a call waits for it.
    await Promise.all(Array.from({ length: 8 }, () => call(kept)));
    replicas.member(0).pool.delay(2100);
    await revoke();
    await waitForBound();
    const verdict = (session: TrackedSession) =>
      until(
        "a verdict",
        async () => {
          const response = await call(session);
          return response.status !== 503 && response;
        },
        60_000,
      );
    expectStatus(await verdict(kept), 200);
    expectRevoked(await verdict(revoked), "revoked_by_owner");
  });

  test("answers 503 unavailable for live and revoked sessions while the database is unreachable, then tells them apart again", async () => {
    const { kept, revoked, revoke } = await twoSessions();
    const { pool } = replicas.member(0);
    await pool.close();
    await revoke();
    await waitForBound();
    expectProblem(await call(revoked), 503, "unavailable");
    expectProblem(await call(kept), 503, "unavailable");
    expectStatus(await call(kept, 1), 200);
    await pool.open();
    await until("the replica to respond", async () => (await call(kept)).status === 200, 20_000);
    expectRevoked(await call(revoked), "revoked_by_owner");
  });
});
