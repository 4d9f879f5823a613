import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { migrateStore, openPostgres } from "../../src/index.js";
import { Connection } from "../../src/postgres/connection.js";
import { createStoreContext } from "../../src/store/context.js";
import { createBatchRefresher, createSessionRefresher } from "../../src/store/refresh.js";
import { createTestDatabase, queryServer } from "../support/databases.js";
import { HeldTransaction } from "../support/held-transaction.js";
import { openReplicas, openStoreAt } from "../support/replicas.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
/** Longer than any test takes. */
const LONG_GRACE_MS = 60 * MINUTE;

const HOME = "home--------";
const OFFICE = "office------";
/** An entry of `rotation-networks.ts`. */
const networkEntry = (network: string, at: number): string => `${network}@1${at}`;

const FIREFOX = { label: "Firefox on Linux", userAgent: "Mozilla/5.0", ip: "192.0.2.7" };
const CLIENTS = [
  { network: null, device: null },
  { network: HOME, device: null },
  { network: OFFICE, device: FIREFOX },
];

/** A session in each state that a refresh distinguishes; both accounts have all of them. */
const STATES = {
  fresh: {},
  just_rotated: { generation: 2, rotated_at: NOW - 1 },
  just_rotated_from_home: {
    generation: 2,
    rotated_at: NOW - 1,
    rotation_networks: networkEntry(HOME, NOW - 1),
  },
  just_shared: {
    generation: 2,
    rotated_at: NOW - 1,
    rotation_networks: networkEntry(HOME, NOW - 1),
    shared_generation: 2,
    shared_rotations: 1,
  },
  on_a_phone: { device_label: "Safari on iOS" },
  rotated_at_grace_end: { generation: 2, rotated_at: NOW - 10_000 },
  rotated_long_ago: { generation: 2, rotated_at: NOW - 60_000 },
  bound: { generation: 2, rotated_at: NOW - 60_000, key_thumbprint: "key" },
  bound_just_rotated: { generation: 2, rotated_at: NOW - 1, key_thumbprint: "key" },
  about_to_expire: { absolute_expires_at: NOW + 1, idle_expires_at: NOW + 1 },
  idle_expired: { idle_expires_at: NOW },
  absolute_expired: { idle_expires_at: NOW, absolute_expires_at: NOW },
  ended: { ended_at: NOW - 5, end_reason: "signed_out" },
  account_signed_out: { account_epoch: 2 },
} as const;
type State = keyof typeof STATES;

const DEFAULTS = {
  user_id: "ada",
  account_epoch: 3,
  started_at: NOW - 100 * MINUTE,
  last_active_at: NOW - 5 * MINUTE,
  idle_minutes: 60,
  absolute_minutes: 1440,
  idle_expires_at: NOW + 55 * MINUTE,
  absolute_expires_at: NOW + 1340 * MINUTE,
};

const ACCOUNTS = ["north", "south"] as const;
const states = Object.keys(STATES) as State[];

async function writeSessions(url: string): Promise<void> {
  const statements = ACCOUNTS.flatMap((accountId) => [
    `INSERT INTO curfew_accounts (id, epoch, policy_version) VALUES ('${accountId}', 3, 7)`,
    `INSERT INTO curfew_users (account_id, id, name, email, role)
      VALUES ('${accountId}', 'ada', 'Ada of ${accountId}', 'ada@example.test', 'member')`,
    ...states.map((state) => {
      const row = { account_id: accountId, id: state, ...DEFAULTS, ...STATES[state] };
      const values = Object.values(row).map((value) => `'${value}'`);
      return `INSERT INTO curfew_sessions (${Object.keys(row).join(", ")}) VALUES (${values.join(", ")})`;
    }),
  ]);
  await queryServer(statements.join("; "), url);
}

describe("a batch", () => {
  const requests = [0, 1, 2, 3].flatMap((generation) =>
    [null, "key", "another"].flatMap((provenThumbprint) =>
      [0, 2 * MINUTE].flatMap((idleForMs) =>
        CLIENTS.map((client) => ({ generation, provenThumbprint, idleForMs, graceMs: 10_000, ...client })),
      ),
    ),
  );

  test("has the same results as single refreshes, for every state and request", async () => {
    const url = await createTestDatabase();
    const database = openPostgres({ url, now: () => NOW });
    await migrateStore(database);
    await writeSessions(url);
    const context = createStoreContext(database);
    const refreshSingle = createSessionRefresher(context);
    const refreshBatch = createBatchRefresher(context);
    const runRolledBack = async (unit: Parameters<typeof database.write<unknown>>[0]) => {
      let result: unknown;
      const error = new Error("rolled back");
      await database
        .write(function* () {
          result = yield* unit();
          throw error;
        })
        .catch((thrown: unknown) => expect(thrown).toBe(error));
      return result;
    };
    let refreshedCount = 0;
    for (const request of requests) {
      const inputs = ACCOUNTS.flatMap((accountId) =>
        states.map((sessionId) => ({ accountId, sessionId, ...request })),
      );
      const expected = await runRolledBack(function* () {
        const rows = [];
        for (const input of inputs) rows.push(yield* refreshSingle(input));
        return rows;
      });
      expect(await runRolledBack(() => refreshBatch(inputs))).toEqual(expected);
      refreshedCount += (expected as unknown[]).filter((row) => row !== null).length;
    }
    // Each generation occurs in 18 requests, 6 of them with the right key. In each account, the eight live unbound sessions
    // accept their own generation, but for the one on a phone from Firefox. Three of them also accept the previous one, but
    // for the one from home from the office; and the two bound sessions accept three generations.
    expect(refreshedCount).toBe(2 * (7 * 18 + 12 + (2 * 18 + 12) + 2 * 3 * 6));
    await database.close();
  });

  test("finds no session of another account and no unknown session", async () => {
    const url = await createTestDatabase();
    const { database, store } = await openStoreAt({ url });
    await signIn(store, "north", "ada", "one");
    await signIn(store, "south", "ada", "two");
    const refreshBatch = createBatchRefresher(createStoreContext(database));
    const rows = await database.write(() =>
      refreshBatch([refreshOf("south", "one"), refreshOf("north", "one"), refreshOf("west", "two")]),
    );
    expect(rows.map((row) => row?.session.id ?? null)).toEqual([null, "one", null]);
  });
});

describe("concurrent refreshes", () => {
  const original = Connection.prototype.run;
  let updates = 0;
  beforeEach(() => {
    updates = 0;
    Connection.prototype.run = function (statement, timeout) {
      if (statement.sql.includes("UPDATE curfew_sessions")) updates += 1;
      return original.call(this, statement, timeout);
    };
  });
  afterEach(() => {
    Connection.prototype.run = original;
  });

  const ids = Array.from({ length: 20 }, (_, nth) => `session-${nth}`);
  const createSessions = async () => {
    const url = await createTestDatabase();
    const { store } = await openStoreAt({ url });
    for (const [nth, id] of ids.entries()) await signIn(store, `account-${nth % 3}`, "ada", id);
    updates = 0;
    const refresh = (nth: number) => store.refreshSession(refreshOf(`account-${nth % 3}`, `session-${nth}`));
    return { url, store, refresh };
  };

  test("share one statement, and a single refresh is one statement", async () => {
    const { refresh } = await createSessions();
    const rows = await Promise.all(ids.map((_, nth) => refresh(nth)));
    expect(rows.map((row) => row?.session.id)).toEqual(ids);
    expect(updates).toBe(1);
    expect((await refresh(3))?.session.generation).toBe(1);
    expect(updates).toBe(2);
  });

  test("do not wait for a locked row; its session is refreshed once the lock is released", async () => {
    const { url, refresh } = await createSessions();
    const holder = await HeldTransaction.begin(url);
    await holder.run("SELECT 1 FROM curfew_sessions WHERE id = 'session-4' FOR UPDATE");
    const settled: number[] = [];
    const rows = ids.map((_, nth) => refresh(nth).finally(() => settled.push(nth)));
    await Promise.all(rows.filter((_, nth) => nth !== 4));
    expect(settled).not.toContain(4);
    await holder.commit();
    expect((await rows[4])?.session.generation).toBe(1);
  });

  test("do not refresh a session whose end is being recorded", async () => {
    const { url, store, refresh } = await createSessions();
    const holder = await HeldTransaction.begin(url);
    await holder.run(
      "UPDATE curfew_sessions SET ended_at = 1, end_reason = 'signed_out' WHERE id = 'session-4'",
    );
    const rows = ids.map((_, nth) => refresh(nth));
    await Promise.all(rows.filter((_, nth) => nth !== 4));
    await holder.commit();
    expect(await rows[4]).toBe(null);
    expect((await store.readSession("account-1", "session-4"))?.session).toMatchObject({
      endReason: "signed_out",
      generation: 0,
    });
  });
});

test("three replicas that refresh the same sessions concurrently in different orders all get the same token for each", async () => {
  const url = await createTestDatabase();
  const replicas = await openReplicas(3, { url });
  const ids = Array.from({ length: 30 }, (_, nth) => `session-${nth}`);
  const [first] = replicas;
  if (first === undefined) throw new Error("there is no replica");
  for (const id of ids) await signIn(first.store, "account", `user of ${id}`, id);
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all(
      replicas.flatMap(({ store }, nth) => {
        const order = nth === 1 ? ids.toReversed() : [...ids.slice(nth * 7), ...ids.slice(0, nth * 7)];
        return order.map(async (id) => [
          id,
          (
            await store.refreshSession({
              ...refreshOf("account", id, round === 0 ? 0 : 1),
              graceMs: LONG_GRACE_MS,
            })
          )?.session.generation,
        ]);
      }),
    );
    // Only the first refresh rotates the token; the others are within its grace.
    expect(new Set(answers.map(String))).toEqual(new Set(ids.map((id) => `${id},1`)));
  }
});

test("sessions that end while they are refreshed in batches stay ended with their reason", async () => {
  const url = await createTestDatabase();
  const replicas = await openReplicas(2, { url });
  const [refreshing, ending] = replicas;
  if (refreshing === undefined || ending === undefined) throw new Error("there are two replicas");
  const ids = Array.from({ length: 60 }, (_, nth) => `session-${nth}`);
  for (const id of ids) await signIn(refreshing.store, "account", `user of ${id}`, id);
  let isDone = false;
  const refreshes = (async () => {
    while (!isDone)
      await Promise.all(
        ids.map((id) =>
          refreshing.store.refreshSession({ ...refreshOf("account", id, 1), graceMs: LONG_GRACE_MS }),
        ),
      );
  })();
  await Promise.all(
    ids.map((id) => refreshing.store.refreshSession({ ...refreshOf("account", id), graceMs: LONG_GRACE_MS })),
  );
  for (const sessionId of ids) {
    const event = eventOf("session.revoked");
    const input = { accountId: "account", sessionId, reason: "revoked_by_owner" as const, event };
    expect(await ending.store.endSession(input)).toMatchObject({ kind: "ended" });
    expect(await refreshing.store.refreshSession(refreshOf("account", sessionId, 1))).toBe(null);
  }
  isDone = true;
  await refreshes;
  expect(await queryServer("SELECT DISTINCT end_reason FROM curfew_sessions", url)).toEqual([
    { end_reason: "revoked_by_owner" },
  ]);
});
