import { describe, expect, test } from "vitest";
import { MINUTE, NOW, session, snapshot } from "../../fixtures.js";
import {
  everyone,
  member,
  newPolicy,
  openWatchers,
  owner,
  revoked,
  row,
  settle,
  watchSession,
} from "./watchers.js";

describe("watch", () => {
  test("returns the current session after one look", async () => {
    const { watch, readSessions } = openWatchers();
    const { watched, changes } = await watch();
    expect(watched).toMatchObject({ session: { id: "s1" }, user: { id: "ada" }, now: NOW });
    await settle();
    expect(changes).toEqual([]);
    expect(readSessions.mock.calls).toEqual([["acme", ["s1"]]]);
  });

  test("throws the end of an ended session, and not_found for an unknown one", async () => {
    await expect(openWatchers([revoked]).watch()).rejects.toMatchObject({ code: "session_revoked" });
    await expect(openWatchers([]).watch()).rejects.toMatchObject({ code: "not_found" });
  });

  test("throws session_expired once the store has stored the end, and unavailable while it does not", async () => {
    const overdue = snapshot({ now: NOW + 60 * MINUTE });
    const closing = openWatchers([overdue]);
    await expect(closing.watch()).rejects.toMatchObject({
      code: "session_expired",
      details: { reason: "idle", endedAt: NOW + 60 * MINUTE },
    });
    const refreshed = openWatchers([overdue]);
    refreshed.database.closes = false;
    await expect(refreshed.watch()).rejects.toMatchObject({ code: "unavailable" });
  });

  test("looks again if the feed has news of the session that the look had not", async () => {
    const { memory, watch, database, readSessions } = openWatchers();
    memory.add([row(everyone)]);
    readSessions.mockImplementationOnce(async () => {
      database.snapshot = revoked;
      return [owner];
    });
    await expect(watch()).rejects.toMatchObject({ code: "session_revoked", details: { endedAt: NOW + 1 } });
  });

  test("rejects as the database does", async () => {
    const { database, watch } = openWatchers();
    database.fails = true;
    await expect(watch()).rejects.toThrow("down");
  });
});

describe("listeners of one session", () => {
  test("share a look that is asked for at the same time, and what is known as long as it is newer than their token", async () => {
    const { watch, database, readSessions } = openWatchers();
    await Promise.all([watch(), watch(), watch()]);
    expect(readSessions).toHaveBeenCalledTimes(1);
    database.now = NOW + 5000;
    const { watched } = await watch("s1", NOW);
    expect(watched.now).toBe(NOW + 5000);
    expect(readSessions).toHaveBeenCalledTimes(1);
    await watch("s1", NOW + 1);
    await watch();
    expect(readSessions).toHaveBeenCalledTimes(3);
  });

  test.each([
    ["the feed is stale", ({ database }: ReturnType<typeof openWatchers>) => (database.isFresh = false)],
    [
      "a deadline has passed",
      ({ database }: ReturnType<typeof openWatchers>) => (database.now += 60 * MINUTE),
    ],
    [
      "the feed has news of it",
      ({ read, database }: ReturnType<typeof openWatchers>) => {
        database.snapshot = { ...owner, account: { ...owner.account, policyVersion: 6 } };
        read(row(newPolicy(6, true)));
      },
    ],
  ])("don't share it while %s", async (_, change) => {
    const opened = openWatchers();
    await opened.watch();
    opened.readSessions.mockClear();
    change(opened);
    await opened.watch("s1", NOW);
    expect(opened.readSessions).toHaveBeenCalledTimes(1);
  });

  test("begin with a session as a refresh in this process left it", async () => {
    const { watchers, watch, readSessions } = openWatchers();
    await watch();
    const used = session({ lastActiveAt: NOW + 900, idleExpiresAt: NOW + 900 + 60 * MINUTE });
    watchers.onRefresh({ ...owner, session: used, now: NOW + 900 });
    watchers.onRefresh({ ...owner, session: session({ id: "s2" }) });
    const { watched } = await watch("s1", NOW);
    expect(watched.session).toEqual(used);
    expect(readSessions).toHaveBeenCalledTimes(1);
  });

  test("are told of a policy applied now after one look, however many they are", async () => {
    const opened = openWatchers([member]);
    const streams = await Promise.all(Array.from({ length: 500 }, () => opened.watch()));
    opened.readSessions.mockClear();
    opened.database.snapshot = { ...member, session: session({ idleMinutes: 15 }) };
    opened.read(row(newPolicy(6, true)));
    await settle();
    await settle();
    for (const { changes } of streams) expect(changes).toMatchObject([{ kind: "shortened" }]);
    expect(opened.readSessions.mock.calls).toEqual([["acme", ["s1"]]]);
  });

  test("fail alone", async () => {
    const { watchers, watch, read } = openWatchers();
    await watchers.watch({ accountId: "acme", sessionId: "s1" }, () => {
      throw new Error("a fault of the host");
    });
    const { changes } = await watch();
    read(row(newPolicy(6)));
    await settle();
    expect(changes).toEqual([{ kind: "policy_changed" }]);
  });
});

describe("stop", () => {
  test("a stopped watch is told nothing and looks up nothing; others of its session go on", async () => {
    const { database, watchers, read, watch, changes, watched, readSessions } = await watchSession();
    const other = await watch("s1", NOW);
    watched.stop();
    read(row(newPolicy(6)));
    await settle();
    expect(other.changes).toEqual([{ kind: "policy_changed" }]);
    other.watched.stop();
    database.now = NOW + 9999 * MINUTE;
    read(row(everyone));
    watchers.onRead();
    await settle();
    expect([changes, other.changes.length]).toEqual([[], 1]);
    expect(readSessions).not.toHaveBeenCalled();
  });

  test("a watch stopped during a look, or before it was told, is told nothing", async () => {
    for (const policy of [row(newPolicy(6, true)), row(newPolicy(6))]) {
      const { read, changes, watched } = await watchSession();
      read(policy);
      watched.stop();
      await settle();
      expect(changes).toEqual([]);
    }
  });

  test("stops all watches", async () => {
    const { watchers, read, changes } = await watchSession();
    watchers.stop();
    read(row(everyone));
    await settle();
    expect(changes).toEqual([]);
  });
});
