import fc from "fast-check";
import { expect, test } from "vitest";
import { createTestDatabase } from "../support/databases.js";
import { FeedReader } from "../support/feed-reader.js";
import { HeldTransaction } from "../support/held-transaction.js";
import { openStoreAt } from "../support/replicas.js";
import { eventOf, type SqlStore } from "../support/sessions.js";

const MINUTE = 60_000;

const revoke = async (store: SqlStore, accountId: string): Promise<number> => {
  const outcome = await store.revokeAccount({
    accountId,
    reason: "revoked_by_owner",
    spareSessionId: null,
    event: eventOf("sessions.revoked"),
  });
  if (outcome.kind !== "revoked") throw new Error("the account was not revoked");
  return outcome.feed[0]?.sequence ?? 0;
};

test("a row that commits after newer rows were read is in the next page", async () => {
  const url = await createTestDatabase();
  const { store } = await openStoreAt({ url });
  const reader = new FeedReader(store);
  const late = await HeldTransaction.begin(url);
  const held = await late.writeFeedRow("late");
  const newer = [await revoke(store, "one"), await revoke(store, "two")];
  expect(await reader.read()).toEqual(newer);
  expect(held).toBeLessThan(Math.min(...newer));
  await late.commit();
  expect(await reader.read()).toContain(held);
  expect(await reader.read()).toEqual([]);
});

test("a row of a transaction that began before the cursor is read, even if its sequence is newer", async () => {
  const url = await createTestDatabase();
  const { store } = await openStoreAt({ url });
  const reader = new FeedReader(store);
  const late = await HeldTransaction.begin(url);
  // The first write assigns a transaction id, which is older than those of the following transactions.
  await late.run("INSERT INTO curfew_accounts (id) VALUES ('late')");
  await revoke(store, "one");
  await reader.read();
  const held = await late.writeFeedRow("late");
  await revoke(store, "two");
  await reader.read();
  await late.commit();
  await reader.read();
  expect([...reader.rows.keys()]).toContain(held);
});

test("a long transaction in another database of the server delays no row and causes no repeated row", async () => {
  const { store } = await openStoreAt({ url: await createTestDatabase() });
  const otherDatabase = await HeldTransaction.begin(await createTestDatabase());
  await otherDatabase.run("CREATE TABLE things (n INT)");
  const reader = new FeedReader(store);
  for (let nth = 0; nth < 5; nth++) {
    const written = await revoke(store, "one");
    expect(await reader.read()).toEqual([written]);
  }
  expect(await reader.read()).toEqual([]);
});

test("a row that is rolled back is never read", async () => {
  const url = await createTestDatabase();
  const { store } = await openStoreAt({ url });
  const reader = new FeedReader(store);
  const late = await HeldTransaction.begin(url);
  await late.writeFeedRow("late");
  const committed = await revoke(store, "one");
  await reader.read();
  await late.rollBack();
  await reader.read();
  expect([...reader.rows.keys()]).toEqual([committed]);
});

test("each committed row is read exactly once, in any order of writes, commits and reads", async () => {
  const url = await createTestDatabase();
  const { store } = await openStoreAt({ url });
  const committed = new Set<number>();
  const steps = fc.array(
    fc.record({
      writer: fc.nat(3),
      action: fc.constantFrom("write", "write", "commit", "roll back", "read"),
    }),
    { minLength: 5, maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (scenario) => {
      const reader = new FeedReader(store);
      const open = new Map<number, { transaction: HeldTransaction; rows: number[] }>();
      for (const { writer, action } of scenario) {
        const held = open.get(writer);
        if (action === "write") {
          const { transaction, rows } = held ?? { transaction: await HeldTransaction.begin(url), rows: [] };
          open.set(writer, { transaction, rows: [...rows, await transaction.writeFeedRow("account")] });
        } else if (action === "read") {
          const known = new Set(reader.rows.keys());
          expect((await reader.read()).filter((sequence) => known.has(sequence))).toEqual([]);
          expect(new Set(reader.rows.keys())).toEqual(committed);
        } else if (held !== undefined) {
          open.delete(writer);
          if (action === "commit") for (const row of held.rows) committed.add(row);
          await (action === "commit" ? held.transaction.commit() : held.transaction.rollBack());
        }
      }
      for (const { transaction } of open.values()) await transaction.rollBack();
      await reader.read();
      expect(new Set(reader.rows.keys())).toEqual(committed);
    }),
    { numRuns: 25 },
  );
});

test("a cursor of another server is ignored, and the feed is read from the start", async () => {
  const { store } = await openStoreAt({ url: await createTestDatabase() });
  const written = [await revoke(store, "one"), await revoke(store, "two")];
  const { cursor } = await store.readFeed({ cursor: null, sinceMs: MINUTE });
  expect((await store.readFeed({ cursor, sinceMs: MINUTE })).rows).toEqual([]);
  const [, reached] = cursor.split("/");
  for (const foreign of [`1.5/${reached}`, `/${reached}`, "1.5/18446744073709551000:18446744073709551000:"]) {
    const page = await store.readFeed({ cursor: foreign, sinceMs: MINUTE });
    expect(page.rows.map((row) => row.sequence)).toEqual(written);
    expect((await store.readFeed({ cursor: page.cursor, sinceMs: MINUTE })).rows).toEqual([]);
  }
});

test("four readers read every row of twelve writers on three pools, while slow transactions are open", async () => {
  const url = await createTestDatabase();
  const stores: SqlStore[] = [];
  for (let nth = 0; nth < 3; nth++) stores.push((await openStoreAt({ url })).store);
  const storeOf = (nth: number): SqlStore => stores[nth % 3] as SqlStore;
  const written: number[] = [];
  let writing = true;

  const write = async (nth: number): Promise<void> => {
    for (let round = 0; round < 20; round++)
      written.push(await revoke(storeOf(nth + round), `account-${(nth * round) % 7}`));
  };
  const writeSlowly = async (): Promise<void> => {
    while (writing) {
      const transaction = await HeldTransaction.begin(url);
      const row = await transaction.writeFeedRow("slow");
      await new FeedReader(storeOf(0)).read();
      await transaction.commit();
      written.push(row);
    }
  };
  const readers = [0, 1, 2, 3].map((nth) => new FeedReader(storeOf(nth)));
  const follow = async (reader: FeedReader): Promise<void> => {
    while (writing) await reader.read();
    await reader.read();
  };
  const others = [...readers.map(follow), writeSlowly(), writeSlowly()];
  await Promise.all(Array.from({ length: 12 }, (_, nth) => write(nth)));
  writing = false;
  await Promise.all(others);
  for (const reader of readers) {
    await reader.read();
    expect([...reader.rows.keys()].sort((a, b) => a - b)).toEqual(written.toSorted((a, b) => a - b));
  }
});
