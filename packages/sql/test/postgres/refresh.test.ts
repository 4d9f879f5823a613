import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { migrateStore, openPostgres } from "../../src/index.js";
import { Connection } from "../../src/postgres/connections.js";
import { createStoreContext } from "../../src/store/context.js";
import { createBatchRefresher, createSessionRefresher } from "../../src/store/refresh.js";
import { onServer, throwAwayDatabase } from "../support/databases.js";
import { HeldTransaction } from "../support/held-transaction.js";
import { openReplicas, openStoreAt } from "../support/replicas.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
/** Longer than any test takes. */
const GRACE_MS = 60 * MINUTE;

/** Sessions in every state that a refresh tells apart, one of each in each of two accounts. */
const STATES = {
  fresh: {},
  rotated_now: { generation: 2, rotated_at: NOW - 1 },
  rotated_at_the_grace: { generation: 2, rotated_at: NOW - 10_000 },
  rotated_long_ago: { generation: 2, rotated_at: NOW - 60_000 },
  bound: { generation: 2, rotated_at: NOW - 60_000, key_thumbprint: "key" },
  bound_rotated_now: { generation: 2, rotated_at: NOW - 1, key_thumbprint: "key" },
  near_its_end: { absolute_expires_at: NOW + 1, idle_expires_at: NOW + 1 },
  idle: { idle_expires_at: NOW },
  over: { idle_expires_at: NOW, absolute_expires_at: NOW },
  ended: { ended_at: NOW - 5, end_reason: "signed_out" },
  signed_out_with_all: { account_epoch: 2 },
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
  await onServer(statements.join("; "), url);
}

describe("several sessions renewed in one statement", () => {
  const presented = [0, 1, 2, 3].flatMap((generation) =>
    [null, "key", "another"].flatMap((provenThumbprint) =>
      [0, 2 * MINUTE].map((idleForMs) => ({ generation, provenThumbprint, idleForMs, graceMs: 10_000 })),
    ),
  );

  test("each come to what they come to alone, whatever their state and whatever is presented", async () => {
    const url = await throwAwayDatabase();
    const database = openPostgres({ url, now: () => NOW });
    await migrateStore(database);
    await writeSessions(url);
    const context = createStoreContext(database);
    const alone = createSessionRefresher(context);
    const together = createBatchRefresher(context);
    const takenBack = async (act: Parameters<typeof database.write<unknown>>[0]) => {
      let came: unknown;
      const error = new Error("taken back");
      await database
        .write(function* () {
          came = yield* act();
          throw error;
        })
        .catch((thrown: unknown) => expect(thrown).toBe(error));
      return came;
    };
    let renewed = 0;
    for (const given of presented) {
      const inputs = ACCOUNTS.flatMap((accountId) =>
        states.map((sessionId) => ({ accountId, sessionId, ...given })),
      );
      const expected = await takenBack(function* () {
        const rows = [];
        for (const input of inputs) rows.push(yield* alone(input));
        return rows;
      });
      expect(await takenBack(() => together(inputs))).toEqual(expected);
      renewed += (expected as unknown[]).filter((row) => row !== null).length;
    }
    // In each account with 6 kinds of input to a generation: five unbound ones by their own, one of them by the one before
    // too, and two bound ones by three generations with their key, of which there are 2 kinds of input.
    expect(renewed).toBe(2 * (5 * 6 + 6 + 2 * 3 * 2));
    await database.close();
  });

  test("find nothing under another account's id, and nothing that is not there", async () => {
    const url = await throwAwayDatabase();
    const { database, store } = await openStoreAt({ url });
    await signIn(store, "north", "ada", "one");
    await signIn(store, "south", "ada", "two");
    const together = createBatchRefresher(createStoreContext(database));
    const rows = await database.write(() =>
      together([refreshOf("south", "one"), refreshOf("north", "one"), refreshOf("west", "two")]),
    );
    expect(rows.map((row) => row?.session.id ?? null)).toEqual([null, "one", null]);
  });
});

describe("refreshes that come at the same time", () => {
  const original = Connection.prototype.run;
  let updates = 0;
  beforeEach(() => {
    updates = 0;
    Connection.prototype.run = function (statement, patience) {
      if (statement.sql.includes("UPDATE curfew_sessions")) updates += 1;
      return original.call(this, statement, patience);
    };
  });
  afterEach(() => {
    Connection.prototype.run = original;
  });

  const ids = Array.from({ length: 20 }, (_, nth) => `session-${nth}`);
  const withSessions = async () => {
    const url = await throwAwayDatabase();
    const { store } = await openStoreAt({ url });
    for (const [nth, id] of ids.entries()) await signIn(store, `account-${nth % 3}`, "ada", id);
    updates = 0;
    const refresh = (nth: number) => store.refreshSession(refreshOf(`account-${nth % 3}`, `session-${nth}`));
    return { url, store, refresh };
  };

  test("are one statement, and one that comes alone is one too", async () => {
    const { refresh } = await withSessions();
    const rows = await Promise.all(ids.map((_, nth) => refresh(nth)));
    expect(rows.map((row) => row?.session.id)).toEqual(ids);
    expect(updates).toBe(1);
    expect((await refresh(3))?.session.generation).toBe(1);
    expect(updates).toBe(2);
  });

  test("are not held up by a row that somebody holds, and that one is renewed when it is free", async () => {
    const { url, refresh } = await withSessions();
    const holder = await HeldTransaction.begin(url);
    await holder.run("SELECT 1 FROM curfew_sessions WHERE id = 'session-4' FOR UPDATE");
    const settled: number[] = [];
    const rows = ids.map((_, nth) => refresh(nth).finally(() => settled.push(nth)));
    await Promise.all(rows.filter((_, nth) => nth !== 4));
    expect(settled).not.toContain(4);
    await holder.commit();
    expect((await rows[4])?.session.generation).toBe(1);
  });

  test("do not renew a session whose end somebody was writing meanwhile", async () => {
    const { url, store, refresh } = await withSessions();
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

test("three replicas that renew the same sessions at once, in different orders, all answer, with one token for each", async () => {
  const url = await throwAwayDatabase();
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
              graceMs: GRACE_MS,
            })
          )?.session.generation,
        ]);
      }),
    );
    // The first of all rotates and no other does: the grace has just begun.
    expect(new Set(answers.map(String))).toEqual(new Set(ids.map((id) => `${id},1`)));
  }
});

test("sessions that end one by one while they are renewed by the dozen stay ended, each by what ended it", async () => {
  const url = await throwAwayDatabase();
  const replicas = await openReplicas(2, { url });
  const [renewing, ending] = replicas;
  if (renewing === undefined || ending === undefined) throw new Error("there are two replicas");
  const ids = Array.from({ length: 60 }, (_, nth) => `session-${nth}`);
  for (const id of ids) await signIn(renewing.store, "account", `user of ${id}`, id);
  let over = false;
  const renewals = (async () => {
    while (!over)
      await Promise.all(
        ids.map((id) => renewing.store.refreshSession({ ...refreshOf("account", id, 1), graceMs: GRACE_MS })),
      );
  })();
  await Promise.all(
    ids.map((id) => renewing.store.refreshSession({ ...refreshOf("account", id), graceMs: GRACE_MS })),
  );
  for (const sessionId of ids) {
    const event = eventOf("session.revoked");
    const input = { accountId: "account", sessionId, reason: "revoked_by_owner" as const, event };
    expect(await ending.store.endSession(input)).toMatchObject({ kind: "ended" });
    expect(await renewing.store.refreshSession(refreshOf("account", sessionId, 1))).toBe(null);
  }
  over = true;
  await renewals;
  expect(await onServer("SELECT DISTINCT end_reason FROM curfew_sessions", url)).toEqual([
    { end_reason: "revoked_by_owner" },
  ]);
});
