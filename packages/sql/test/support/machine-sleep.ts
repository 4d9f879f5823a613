import { type Curfew, createCurfew } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSqlStore, migrateStore } from "../../src/index.js";
import type { DatabaseKind } from "./databases.js";
import type { SqlStore } from "./sessions.js";

const ACCOUNT = "acme";
const USER = { id: "ada", name: "Ada", email: "ada@acme.example", role: "owner" } as const;
const TOKEN_MS = 300_000;
const actor = { userId: null, sessionId: null, ip: null };

/** An engine without timers and notifications, as while its machine sleeps and in the first moment after. */
async function openEngine(store: SqlStore, clock: FakeClock): Promise<Curfew> {
  const curfew = createCurfew({
    store: { ...store, watchFeed: () => ({ stop: () => undefined }) },
    secret: new Uint8Array(32).fill(7),
    issuer: "https://curfew.example",
    clock,
    scheduler: { after: () => ({ cancel: () => undefined }) },
  });
  onTestFinished(() => curfew.close());
  await curfew.ready();
  return curfew as unknown as Curfew;
}

/** Two engines on one database: one on the machine that sleeps, one on another. */
async function openEngines(kind: DatabaseKind) {
  const others = new FakeClock();
  const clock = new FakeClock();
  const database = await kind.open(others.now);
  onTestFinished(() => database.close());
  await migrateStore(database);
  const store = createSqlStore(database);
  const curfew = await openEngine(store, clock);
  const elsewhere = await openEngine(store, others);
  const { accessToken } = await curfew.sessions.start({ accountId: ACCOUNT, user: USER });
  return {
    curfew,
    elsewhere,
    accessToken,
    /** The machine's monotonic clock stands still meanwhile. */
    sleep(ms: number) {
      clock.step(ms);
      others.stall(ms);
    },
    /** The wall clock of the machine alone moves. */
    stepClock: (ms: number) => clock.step(ms),
  };
}

/** What an engine answers in the first moment after a sleep of its machine, before it has read the feed. */
export function describeMachineSleep(kind: DatabaseKind): void {
  describe(`after a sleep of the machine, on ${kind.name}`, () => {
    test("a token that was revoked elsewhere meanwhile is refused", async () => {
      const { curfew, elsewhere, accessToken, sleep } = await openEngines(kind);
      await curfew.sessions.verify(accessToken);
      sleep(10_000);
      await elsewhere.revoke.account(ACCOUNT, { actor });
      await expect(curfew.sessions.verify(accessToken)).rejects.toMatchObject({
        code: "session_revoked",
        details: { reason: "revoked_by_owner" },
      });
    });

    test.each([true, false])("a token past its expiry is expired, revoked (%s) or not", async (isRevoked) => {
      const { curfew, elsewhere, accessToken, sleep } = await openEngines(kind);
      sleep(TOKEN_MS);
      if (isRevoked) await elsewhere.revoke.account(ACCOUNT, { actor });
      await expect(curfew.sessions.verify(accessToken)).rejects.toMatchObject({ code: "token_expired" });
    });

    test("a token that another process issued meanwhile is accepted", async () => {
      const { curfew, elsewhere, sleep } = await openEngines(kind);
      sleep(3_600_000);
      const { accessToken } = await elsewhere.sessions.start({ accountId: ACCOUNT, user: USER });
      await expect(curfew.sessions.verify(accessToken)).resolves.toMatchObject({ userId: USER.id });
    });

    test("a sign-in is as old as the database's clock says", async () => {
      const { curfew, accessToken, sleep } = await openEngines(kind);
      const { authenticatedAt } = await curfew.sessions.verify(accessToken);
      sleep(TOKEN_MS - 1000);
      await curfew.sessions.verify(accessToken);
      expect(curfew.now() - authenticatedAt).toBeGreaterThanOrEqual(TOKEN_MS - 1000);
    });

    test.each([-3_600_000, -5000, 5000, 3_600_000])(
      "a step of the wall clock alone, %i ms, changes no verdict",
      async (ms) => {
        const { curfew, accessToken, stepClock } = await openEngines(kind);
        stepClock(ms);
        await expect(curfew.sessions.verify(accessToken)).resolves.toMatchObject({ userId: USER.id });
        await curfew.revoke.account(ACCOUNT, { actor });
        await expect(curfew.sessions.verify(accessToken)).rejects.toMatchObject({ code: "session_revoked" });
      },
    );
  });
}
