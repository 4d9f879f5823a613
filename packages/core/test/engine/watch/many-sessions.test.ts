import { describe, expect, test } from "vitest";
import { createWatchers } from "../../../src/engine/watch/watchers.js";
import { NOW, scriptedStore, session, snapshot } from "../../fixtures.js";
import { everyone, member, newPolicy, openWatchers, row, settle } from "./watchers.js";

describe("many sessions", () => {
  const crowd = (count: number, accountId = "acme") =>
    Array.from({ length: count }, (_, nth) => ({
      ...member,
      session: session({ id: `${accountId}-${nth}`, accountId }),
    }));

  async function watchCrowd(count: number) {
    const opened = openWatchers(crowd(count));
    const streams = await Promise.all(crowd(count).map((each) => opened.watch(each.session.id)));
    opened.readSessions.mockClear();
    return { ...opened, streams };
  }

  test("are looked up in batches, at most one of an account and two in all at a time, accounts in turn", async () => {
    const busy = new Set<string>();
    let most = 0;
    const order: string[] = [];
    const watchers = createWatchers({
      store: scriptedStore({
        async readSessions(accountId, ids) {
          expect(busy.has(accountId)).toBe(false);
          expect(ids.length).toBeLessThanOrEqual(50);
          busy.add(accountId);
          order.push(accountId);
          most = Math.max(most, busy.size);
          await settle();
          busy.delete(accountId);
          return ids.map((id) => snapshot({ session: session({ id, accountId }) }));
        },
      }),
      feed: { judge: () => ({ kind: "good" }), hasRead: () => true, isFresh: () => true, now: () => NOW },
    });
    const open = (accountId: string, count: number) =>
      crowd(count, accountId).map(({ session: { id: sessionId } }) =>
        watchers.watch({ accountId, sessionId }, () => undefined),
      );
    await Promise.all([...open("large", 250), ...open("b", 1), ...open("c", 1), ...open("d", 1)]);
    expect(most).toBe(2);
    expect(order.filter((accountId) => accountId === "large")).toHaveLength(5);
    expect(order.indexOf("d")).toBeLessThan(order.lastIndexOf("large") - 1);
  });

  test("are told a few at a time: other work runs between", async () => {
    const { read, streams } = await watchCrowd(200);
    read(row(everyone));
    const told = () => streams.filter(({ changes }) => changes.length > 0).length;
    const counts: number[] = [];
    while (told() < 200) {
      counts.push(told());
      await new Promise((resolve) => setImmediate(resolve));
    }
    counts.push(200);
    expect(
      Math.max(...counts.slice(1).map((count, index) => count - (counts[index] ?? 0))),
    ).toBeLessThanOrEqual(8);
  });

  test("that a look finds shortened are told after one look each", async () => {
    const { database, read, streams, readSessions } = await watchCrowd(120);
    for (const each of crowd(120))
      database.snapshot = { ...each, session: { ...each.session, idleMinutes: 15 } };
    read(row(newPolicy(6, true)));
    await settle();
    await settle();
    for (const { changes } of streams) expect(changes).toMatchObject([{ kind: "shortened" }]);
    const asked = readSessions.mock.calls.flatMap(([, ids]) => ids);
    expect(asked).toHaveLength(120);
    expect(new Set(asked).size).toBe(120);
    expect(readSessions.mock.calls.length).toBeLessThanOrEqual(5);
  });

  test("wait for no more than one timeout of the database", async () => {
    const { database, watch, watchers, readSessions } = openWatchers(crowd(120));
    database.fails = true;
    const outcomes = await Promise.allSettled(
      crowd(120).map((each) =>
        watchers.watch({ accountId: "acme", sessionId: each.session.id }, () => undefined),
      ),
    );
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    expect(readSessions).toHaveBeenCalledTimes(1);
    database.fails = false;
    await watch("acme-1");
  });
});
