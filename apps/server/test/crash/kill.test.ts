import { rm } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";
import { expectRevoked, expectStatus } from "../harness/expectations.js";
import { Random } from "../harness/random.js";
import { newDataDir, type Service, startService } from "../harness/service.js";
import type { AuditEvent, Page, Security } from "../harness/wire.js";
import { RandomAccount, type TrackedSession } from "./random-account.js";

const SECURITY = "/api/accounts/me/security";
const ACCOUNTS = 6;
const ROUNDS = 6;
/** How many responses arrive before the service is killed while others are pending. */
const RESPONSES = { least: 30, most: 120 };

let dataDir: string | undefined;
let service: Service | undefined;
afterEach(async () => {
  await service?.stop();
  if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
});

/** Runs operations on every account, kills the service at the given response, and returns how many responses arrived. */
async function operateUntilKilled(
  accounts: readonly RandomAccount[],
  running: Service,
  responses: number,
): Promise<number> {
  let answered = 0;
  const operateOn = async (account: RandomAccount): Promise<void> => {
    while (await account.performOperation())
      if (++answered === responses) process.kill(running.pid, "SIGKILL");
  };
  await Promise.all(accounts.map(operateOn));
  await running.stop();
  return answered;
}

describe.each([
  {
    clients: "bound and unbound clients within the rotation grace",
    graceSeconds: "60",
    boundOnly: false,
    seed: 11,
  },
  { clients: "bound clients without a rotation grace", graceSeconds: "0", boundOnly: true, seed: 12 },
])("kill -9 under the load of $clients", ({ graceSeconds, boundOnly, seed }) => {
  test("no confirmed operation is lost, no ended session is revived, and no lost response ends a session", async () => {
    const random = new Random(seed);
    // One port for all rounds, because the public URL is in every token.
    const settings = {
      PORT: String(await freePort()),
      CURFEW_ROTATION_GRACE_SECONDS: graceSeconds,
      CURFEW_SESSIONS_PER_USER: "10000",
    };
    dataDir = await newDataDir();
    service = await startService(settings, dataDir);
    const first = service;
    const accounts = await Promise.all(
      Array.from({ length: ACCOUNTS }, (_, index) =>
        RandomAccount.create(first, new Random(seed + index), boundOnly),
      ),
    );

    for (let round = 0; round < ROUNDS; round++) {
      const responses = RESPONSES.least + random.below(RESPONSES.most - RESPONSES.least);
      expect(await operateUntilKilled(accounts, service, responses)).toBeGreaterThanOrEqual(responses);
      service = await startService(settings, dataDir);
      await Promise.all(accounts.map(expectStatePreserved));
    }
    await Promise.all(accounts.map(expectAuditTrail));
  });
});

/** Checks a restarted service against every response that it sent before it was killed. */
async function expectStatePreserved(account: RandomAccount): Promise<void> {
  expectStatus(await account.owner.refresh(), 200);
  await resolveUncertainSessions(account);
  await Promise.all(account.sessions.map(expectMatches));
  const live = account.liveSessions.length + 1;
  const { active_session_count: count } = (await account.owner.get(SECURITY)).json<Security>();
  expect(count).toBeGreaterThanOrEqual(live);
  expect(count).toBeLessThanOrEqual(live + account.unconfirmedSignIns);
}

async function expectMatches({ client, expected }: TrackedSession): Promise<void> {
  const sessionId = client.sessionId;
  if (expected.state === "live") {
    expectStatus(await client.get("/api/auth/session"), 200);
    expectStatus(await client.refresh(), 200);
    expect(client.sessionId).toBe(sessionId);
    return;
  }
  expectRevoked(await client.get("/api/auth/session"), expected.reason);
  expectRevoked(await client.refresh(), expected.reason);
}

/** Finds out whether each unanswered operation took effect: it ended all of its sessions or none. */
async function resolveUncertainSessions(account: RandomAccount): Promise<void> {
  const outcomes = new Map<number, Set<boolean>>();
  for (const session of account.sessions) {
    if (session.expected.state !== "uncertain") continue;
    const { reason, operation } = session.expected;
    const response = await session.client.refresh();
    const ended = response.status !== 200;
    if (ended) expectRevoked(response, reason);
    session.expected = ended ? { state: "ended", reason } : { state: "live" };
    outcomes.set(operation, (outcomes.get(operation) ?? new Set()).add(ended));
  }
  for (const outcome of outcomes.values()) expect(outcome.size).toBe(1);
}

/** Checks that the audit trail holds an event for each confirmed operation, and no other end of a session. */
async function expectAuditTrail(account: RandomAccount): Promise<void> {
  const trail = await readAuditTrail(account);
  const recorded = new Set(
    trail.map(({ type, session_id: id, details }) => `${type} ${id} ${details["count"] ?? ""}`),
  );
  const missing = account.confirmedEvents
    .map(({ type, sessionId, count }) => `${type} ${sessionId} ${count ?? ""}`)
    .filter((line) => !recorded.has(line));
  expect(missing).toEqual([]);

  const live = new Set(
    [account.owner, ...account.liveSessions.map(({ client }) => client)].map((client) => client.sessionId),
  );
  const ended = trail.filter(({ type }) => /^(user\.signed_out|session\.)/.test(type));
  expect(ended.filter(({ session_id: id }) => id !== null && live.has(id))).toEqual([]);
  expect(new Set(ended.map(({ session_id: id }) => id)).size).toBe(ended.length);
}

async function readAuditTrail(account: RandomAccount): Promise<readonly AuditEvent[]> {
  const trail: AuditEvent[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const response = expectStatus(await account.owner.get(`${SECURITY}/events?limit=200${query}`), 200);
    const page: Page<AuditEvent> = response.json();
    trail.push(...page.items);
    cursor = page.next_cursor;
  }
  return trail;
}
