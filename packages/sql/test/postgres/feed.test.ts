import fc from "fast-check";
import { expect, test } from "vitest";
import { throwAwayDatabase } from "../support/databases.js";
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
  if (outcome.kind !== "revoked") throw new Error("the account was not signed out");
  return outcome.feed[0]?.sequence ?? 0;
};

test("a row that commits after younger ones have been read is read next", async () => {
  const url = await throwAwayDatabase();
  const { store } = await openStoreAt({ url });
  const reader = new FeedReader(store);
  const late = await HeldTransaction.begin(url);
  const held = await late.writeFeedRow("late");
  const younger = [await revoke(store, "one"), await revoke(store, "two")];
  expect(await reader.read()).toEqual(younger);
  expect(held).toBeLessThan(Math.min(...younger));
  await late.commit();
  expect(await reader.read()).toContain(held);
  expect(await reader.read()).toEqual([]);
});

test("a transaction that numbers its row late and began early is not passed over either", async () => {
  const url = await throwAwayDatabase();
  const { store } = await openStoreAt({ url });
  const reader = new FeedReader(store);
  const late = await HeldTransaction.begin(url);
  // From its first write on it has an id, which is older than all that begin now.
  await late.run("INSERT INTO curfew_accounts (id) VALUES ('late')");
  await revoke(store, "one");
  await reader.read();
  const held = await late.writeFeedRow("late");
  await revoke(store, "two");
  await reader.read();
  await late.commit();
  await reader.read();
  expect([...reader.heard.keys()]).toContain(held);
});

test("a transaction that another database of the server is long at holds nothing up, and has nothing read twice", async () => {
  const { store } = await openStoreAt({ url: await throwAwayDatabase() });
  const elsewhere = await HeldTransaction.begin(await throwAwayDatabase());
  await elsewhere.run("CREATE TABLE things (n INT)");
  const reader = new FeedReader(store);
  for (let nth = 0; nth < 5; nth++) {
    const written = await revoke(store, "one");
    expect(await reader.read()).toEqual([written]);
  }
  expect(await reader.read()).toEqual([]);
});

test("a row that is taken back is never heard of", async () => {
  const url = await throwAwayDatabase();
  const { store } = await openStoreAt({ url });
  const reader = new FeedReader(store);
  const late = await HeldTransaction.begin(url);
  await late.writeFeedRow("late");
  const kept = await revoke(store, "one");
  await reader.read();
  await late.rollBack();
  await reader.read();
  expect([...reader.heard.keys()]).toEqual([kept]);
});

test("whatever the order in which rows are written, committed and read, none is skipped and none read twice", async () => {
  const url = await throwAwayDatabase();
  const { store } = await openStoreAt({ url });
  const committed = new Set<number>();
  const steps = fc.array(
    fc.record({ writer: fc.nat(3), act: fc.constantFrom("write", "write", "commit", "take back", "read") }),
    { minLength: 5, maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (story) => {
      const reader = new FeedReader(store);
      const open = new Map<number, { transaction: HeldTransaction; rows: number[] }>();
      for (const { writer, act } of story) {
        const held = open.get(writer);
        if (act === "write") {
          const { transaction, rows } = held ?? { transaction: await HeldTransaction.begin(url), rows: [] };
          open.set(writer, { transaction, rows: [...rows, await transaction.writeFeedRow("account")] });
        } else if (act === "read") {
          const known = new Set(reader.heard.keys());
          expect((await reader.read()).filter((sequence) => known.has(sequence))).toEqual([]);
          expect(new Set(reader.heard.keys())).toEqual(committed);
        } else if (held !== undefined) {
          open.delete(writer);
          if (act === "commit") for (const row of held.rows) committed.add(row);
          await (act === "commit" ? held.transaction.commit() : held.transaction.rollBack());
        }
      }
      for (const { transaction } of open.values()) await transaction.rollBack();
      await reader.read();
      expect(new Set(reader.heard.keys())).toEqual(committed);
    }),
    { numRuns: 25 },
  );
});

test("a cursor of another server counts for nothing: the reading begins afresh", async () => {
  const { store } = await openStoreAt({ url: await throwAwayDatabase() });
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

test("four readers hear every row that twelve writers on three pools write, while others dawdle", async () => {
  const url = await throwAwayDatabase();
  const stores: SqlStore[] = [];
  for (let nth = 0; nth < 3; nth++) stores.push((await openStoreAt({ url })).store);
  const storeOf = (nth: number): SqlStore => stores[nth % 3] as SqlStore;
  const written: number[] = [];
  let writing = true;

  const write = async (nth: number): Promise<void> => {
    for (let round = 0; round < 20; round++)
      written.push(await revoke(storeOf(nth + round), `account-${(nth * round) % 7}`));
  };
  const dawdle = async (): Promise<void> => {
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
  const others = [...readers.map(follow), dawdle(), dawdle()];
  await Promise.all(Array.from({ length: 12 }, (_, nth) => write(nth)));
  writing = false;
  await Promise.all(others);
  for (const reader of readers) {
    await reader.read();
    expect([...reader.heard.keys()].sort((a, b) => a - b)).toEqual(written.toSorted((a, b) => a - b));
  }
});
