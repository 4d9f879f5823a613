import { sql } from "kysely";
import { expect, test } from "vitest";
import { all, createSqlStore, type Request, raw, type SqlDatabase, type Unit } from "../src/index.js";
import { openStore, refreshOf, type SqlStore, signIn } from "./support/sessions.js";

const BATCH = 20;
const RETENTION = { batch: BATCH, endedRetentionMs: 1e12, feedRetentionMs: 1e12, auditRetentionMs: 1e12 };
const SESSIONS = 200;
const USERS = 10;

/** A store that adds to `transactions` how many rows each write has changed. */
function countingStore(database: SqlDatabase, transactions: number[]): SqlStore {
  function* counted<T>(unit: Unit<T>): Unit<T> {
    let changes = 0;
    const count = (request: Request, result: unknown): void => {
      if (request.kind === "several")
        for (const [nth, each] of request.requests.entries())
          count(each, (result as readonly unknown[])[nth]);
      if (request.kind === "statement") changes += (result as { changes: number }).changes;
    };
    let step = unit.next();
    while (!step.done) {
      const result = yield step.value;
      count(step.value, result);
      step = unit.next(result);
    }
    transactions.push(changes);
    return step.value;
  }
  return createSqlStore({
    ...database,
    write: (unit, options) => database.write(() => counted(unit()), options),
  });
}

const countsOf = async (database: SqlDatabase): Promise<{ sessions: number; users: number }> => {
  const count = (table: string) => sql`(SELECT count(*) FROM ${sql.table(table)} WHERE account_id = 'acme')`;
  const text = sql<{ sessions: number; users: number }>`SELECT ${count("curfew_sessions")} AS sessions,
    ${count("curfew_users")} AS users`;
  const [row] = await database.read(() => all(raw(database.queries(), text)));
  return row ?? { sessions: -1, users: -1 };
};

async function fill(store: SqlStore): Promise<void> {
  for (let nth = 0; nth < SESSIONS; nth += 1)
    await signIn(store, "acme", `user-${nth % USERS}`, `session-${nth}`, { sessionsPerUser: SESSIONS });
  await signIn(store, "other", "bob", "bobs");
}

test("the rows of a deleted account go in transactions of a batch, and a refresh waits for one at most", async () => {
  const { database, store } = await openStore();
  await fill(store);
  const transactions: number[] = [];
  const counting = countingStore(database, transactions);
  const tombstoneMs = 1e10;
  await counting.deleteAccount({ accountId: "acme", tombstoneMs });
  // Few rows, however many sessions there are.
  expect(transactions.splice(0).every((changes) => changes < BATCH)).toBe(true);
  let batches = 0;
  let isDone = false;
  /** How many batches ended while a refresh waited. */
  const waits: number[] = [];
  const sweep = async (): Promise<void> => {
    for (let more = true; more; batches += 1) ({ more } = await counting.sweep(RETENTION));
    isDone = true;
  };
  const refresh = async (): Promise<void> => {
    while (!isDone) {
      const before = batches;
      await store.refreshSession(refreshOf("other", "bobs"));
      waits.push(batches - before);
    }
  };
  await Promise.all([sweep(), refresh()]);
  expect(batches).toBeGreaterThan(SESSIONS / BATCH);
  expect(waits.length).toBeGreaterThanOrEqual(batches / 2);
  expect(Math.max(...waits)).toBeLessThanOrEqual(1);
  // One more for the account's own row or the tombstone's epoch.
  expect(Math.max(...transactions)).toBeLessThanOrEqual(BATCH + 1);
  expect(await countsOf(database)).toEqual({ sessions: 0, users: 0 });
});

test("the users of a deleted account go after its sessions, so that no session is looked through for each", async () => {
  const { database, store } = await openStore();
  await fill(store);
  await store.deleteAccount({ accountId: "acme", tombstoneMs: 1e10 });
  for (let more = true; more; ) {
    ({ more } = await store.sweep(RETENTION));
    const { sessions, users } = await countsOf(database);
    expect(sessions === 0 || users === USERS).toBe(true);
  }
});
