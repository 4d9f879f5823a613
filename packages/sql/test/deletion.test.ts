import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { createSqlStore, migrateStore, openSqlite } from "../src/index.js";
import { StatementCache } from "../src/sqlite/statement-cache.js";
import { eventOf, openStore, refreshOf, type SqlStore, signIn } from "./support/sessions.js";
import { createTempDirectory } from "./support/temp-directory.js";

const RETENTION = { batch: 20, endedRetentionMs: 1e12, feedRetentionMs: 1e12, auditRetentionMs: 1e12 };
const TOMBSTONE_MS = 1e10;
const ACTOR = { userId: null, sessionId: null, ip: null };
const DEVICE = { label: "Zylophone on Zinux", userAgent: "Zagent/77", ip: "203.0.113.177" };
const TRACES = ["Zora Zebedee", "zora@zebedee.test", ...Object.values(DEVICE)];

afterEach(() => {
  vi.restoreAllMocks();
});

const deleteUser = (store: SqlStore, userId: string) =>
  store.deleteUser({
    accountId: "acme",
    userId,
    actor: ACTOR,
    mustKeepOwner: false,
    tombstoneMs: TOMBSTONE_MS,
  });

async function sweepAll(store: SqlStore): Promise<void> {
  while ((await store.sweep(RETENTION)).more);
}

/** Which of the texts stand anywhere in the files of a folder. */
function foundIn(folder: string, texts: readonly string[]): string[] {
  const content = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  return texts.filter((text) => content.includes(text));
}

/** Signs in users with long names, so that rows move between pages, and one with the data of `TRACES`. */
async function fill(store: SqlStore): Promise<void> {
  for (let nth = 0; nth < 75; nth++) {
    const isTraced = nth % 3 === 1;
    const id = isTraced ? "zora" : `user-${nth}`;
    const user = isTraced
      ? { id, name: "Zora Zebedee", email: "zora@zebedee.test", role: "member" as const }
      : { id, name: `${id} ${"x".repeat(nth)}`, email: `${id}@example.test`, role: "member" as const };
    const sessionId = `session-${(nth * 7919) % 1000}`;
    await signIn(store, "acme", id, sessionId, { user, ...(isTraced ? { device: DEVICE } : {}) });
    await store.refreshSession({ ...refreshOf("acme", sessionId), device: isTraced ? DEVICE : null });
    await store.recordEvent("acme", {
      ...eventOf("member.invited"),
      ip: isTraced ? DEVICE.ip : null,
      details: {
        user_id: id,
        name: user.name,
        email: user.email,
        device: isTraced ? DEVICE.label : "x".repeat(nth),
      },
    });
    if (nth % 5 === 0)
      await store.revokeUser({
        accountId: "acme",
        userId: id,
        reason: "revoked_by_owner",
        spareSessionId: null,
        event: eventOf("sessions.revoked"),
      });
  }
}

test("nothing of a deleted user stays in the files of SQLite", async () => {
  const folder = createTempDirectory();
  const { store } = await openStore({ path: join(folder, "curfew.db") });
  await fill(store);
  expect(foundIn(folder, [...TRACES, "zora"])).toEqual([...TRACES, "zora"]);
  expect(await deleteUser(store, "zora")).toMatchObject({ kind: "deleted" });
  await sweepAll(store);
  expect(foundIn(folder, TRACES)).toEqual([]);
  expect((await store.listUsers({ accountId: "acme", limit: 1000, after: null })).items.length).toBe(50);
});

test("nothing of a deleted account stays in the files of SQLite but its rows of the feed", async () => {
  const folder = createTempDirectory();
  const { store } = await openStore({ path: join(folder, "curfew.db") });
  await fill(store);
  await signIn(store, "other", "ben", "other-session");
  await store.deleteAccount({ accountId: "acme", tombstoneMs: TOMBSTONE_MS });
  await sweepAll(store);
  expect(foundIn(folder, [...TRACES, "x".repeat(20), "session-1"])).toEqual([]);
  await store.sweep(RETENTION);
  expect(await store.readSession("other", "other-session")).not.toBe(null);
});

test("a deletion that was cut short goes on after the next opening, and the log is emptied then", async () => {
  const folder = createTempDirectory();
  const path = join(folder, "curfew.db");
  const first = await openStore({ path });
  await fill(first.store);
  await deleteUser(first.store, "zora");
  await first.store.deleteAccount({ accountId: "acme", tombstoneMs: TOMBSTONE_MS });
  await first.store.sweep(RETENTION);
  await first.database.close();
  const database = openSqlite({ path });
  await migrateStore(database);
  const store = createSqlStore(database);
  expect(await store.readSession("acme", "session-919")).not.toBe(null);
  await sweepAll(store);
  expect(await store.readAccountTombstone("acme")).toMatchObject({ reason: "account_deleted" });
  expect(foundIn(folder, TRACES)).toEqual([]);
  await database.close();
});

test("an account is deleted with the same few statements whether it has one session or 500", async () => {
  const { store } = await openStore();
  const texts: string[] = [];
  const run = StatementCache.prototype.run;
  const statementsOf = async (act: () => Promise<unknown>): Promise<string[]> => {
    texts.length = 0;
    await act();
    return texts.filter((text) => /^\s*(select|with|update|delete|insert)/i.test(text));
  };
  vi.spyOn(StatementCache.prototype, "run").mockImplementation(function (
    this: StatementCache,
    statement,
    access,
  ) {
    texts.push(statement.sql);
    return run.call(this, statement, access);
  });
  await signIn(store, "small", "ada", "one");
  for (let nth = 0; nth < 500; nth++) await signIn(store, "large", `user-${nth % 50}`, `session-${nth}`);
  const small = await statementsOf(() =>
    store.deleteAccount({ accountId: "small", tombstoneMs: TOMBSTONE_MS }),
  );
  const large = await statementsOf(() =>
    store.deleteAccount({ accountId: "large", tombstoneMs: TOMBSTONE_MS }),
  );
  expect(large).toEqual(small);
  expect(large.length).toBeLessThanOrEqual(8);
  expect(large.some((text) => text.includes("curfew_sessions"))).toBe(false);
});

test("a batch removes no more rows than it may, and a refresh in another account works between two", async () => {
  const { store } = await openStore();
  for (let nth = 0; nth < 100; nth++) await signIn(store, "large", `user-${nth % 10}`, `session-${nth}`);
  await signIn(store, "other", "ben", "other");
  await store.deleteAccount({ accountId: "large", tombstoneMs: TOMBSTONE_MS });
  let sweeps = 0;
  for (let more = true; more; sweeps++) {
    const outcome = await store.sweep(RETENTION);
    expect(outcome.deleted).toBeLessThanOrEqual(RETENTION.batch + 1);
    expect(await store.refreshSession(refreshOf("other", "other", sweeps === 0 ? 0 : 1))).not.toBe(null);
    more = outcome.more;
  }
  expect(sweeps).toBeGreaterThan(10);
});
