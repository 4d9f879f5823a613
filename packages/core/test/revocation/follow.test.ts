import { describe, expect, test } from "vitest";
import { follow, sessionEnd, token } from "./follow.js";

describe("followFeed", () => {
  test("reads at once, then once a second, from the last cursor", async () => {
    const { clock, reads } = follow();
    await clock.advance(2500);
    expect(reads).toEqual([
      { cursor: null, sinceMs: 390_000 },
      { cursor: "c1", sinceMs: 390_000 },
      { cursor: "c2", sinceMs: 390_000 },
    ]);
  });

  test("reads at once when notified", async () => {
    const { clock, feed, reads, follower, notify } = follow();
    await clock.advance(0);
    feed.rows.push(sessionEnd(1, clock.now()));
    expect(follower.judge(token)).toEqual({ kind: "good" });
    notify();
    await clock.advance(0);
    expect(reads).toHaveLength(2);
    expect(follower.judge(token)).toMatchObject({ kind: "revoked" });
  });

  test("reads once more after the current read when notified during it", async () => {
    const { clock, reads, notify, blockReads } = follow();
    await clock.advance(0);
    const release = blockReads();
    notify();
    notify();
    notify();
    await clock.advance(0);
    expect(reads).toHaveLength(2);
    release();
    await clock.advance(0);
    expect(reads).toHaveLength(3);
    await clock.advance(0);
    expect(reads).toHaveLength(3);
  });

  test("reports the lag of each foreign row once, not of its own rows or rows of the first read", async () => {
    const { clock, feed, follower, onLag } = follow({ initialRows: [sessionEnd(1, 0)] });
    await clock.advance(0);
    const ownRow = sessionEnd(2, clock.now());
    follower.remember([ownRow]);
    feed.rows.push(ownRow, sessionEnd(3, clock.now() - 250));
    await clock.advance(1000);
    feed.rows.push(sessionEnd(4, clock.now() + 5000));
    await clock.advance(3000);
    expect(onLag.mock.calls).toEqual([[1250], [0]]);
  });

  test("reports the rows of each read, its own among them and no earlier, and each successful read", async () => {
    const { clock, feed, follower, onRows, onRead } = follow();
    await clock.advance(0);
    const [earlier, own] = [sessionEnd(1, clock.now()), sessionEnd(2, clock.now())];
    feed.rows.push(earlier, own);
    follower.remember([own]);
    follower.remember([]);
    expect(onRows).not.toHaveBeenCalled();
    await clock.advance(0);
    expect(onRows.mock.calls).toEqual([[[earlier, own]]]);
    expect(onRead).toHaveBeenCalledTimes(2);
  });

  test("reports each new row once, its own among them, and of the first read only its own", async () => {
    const old = sessionEnd(1, 0);
    const { clock, feed, follower, onNewRows } = follow({ initialRows: [old] });
    const [early, own, foreign] = [2, 3, 4].map((sequence) => sessionEnd(sequence, clock.now()));
    if (early === undefined || own === undefined || foreign === undefined) throw new Error("no rows");
    feed.rows.push(early);
    follower.remember([early]);
    await clock.advance(0);
    expect(onNewRows.mock.calls).toEqual([[[early]]]);
    follower.remember([own]);
    feed.rows.push(own, foreign);
    await clock.advance(1000);
    expect(onNewRows.mock.calls).toEqual([[[early]], [[own, foreign]]]);
    // As from a server that was restarted.
    feed.rows.push(old, early, own, foreign);
    await clock.advance(1000);
    expect(onNewRows).toHaveBeenCalledTimes(2);
  });

  test("applies this process's own rows before any read, and starts one", async () => {
    const { clock, follower, reads } = follow();
    await clock.advance(0);
    const own = sessionEnd(1, clock.now());
    follower.remember([own]);
    expect(follower.judge(token)).toMatchObject({ kind: "revoked", reason: "signed_out", at: clock.now() });
    expect(reads).toHaveLength(2);
    await clock.advance(0);
    follower.remember([own]);
    expect(reads).toHaveLength(2);
  });

  test("has read an own row once a read has returned it, also if that was before it was remembered", async () => {
    const { clock, feed, follower, notify } = follow();
    await clock.advance(0);
    const [own, next] = [sessionEnd(1, clock.now()), sessionEnd(2, clock.now())];
    follower.remember([own]);
    expect(follower.hasRead(1)).toBe(false);
    await clock.advance(0);
    expect(follower.hasRead(1)).toBe(false);
    feed.rows.push(own, next);
    notify();
    await clock.advance(0);
    follower.remember([next]);
    expect([follower.hasRead(1), follower.hasRead(2)]).toEqual([true, true]);
  });

  test("forgets a row after a token's lifetime and 90 seconds", async () => {
    const { clock, feed, follower } = follow();
    feed.rows.push(sessionEnd(1, clock.now()));
    await clock.advance(1000 + 390_000);
    expect(follower.judge(token)).toMatchObject({ kind: "revoked" });
    await clock.advance(1000);
    expect(follower.judge(token)).toEqual({ kind: "good" });
  });
});

describe("the freshness of the feed", () => {
  test.each([0, 12_345])("is false before the first read, %i ms after the process started", (uptimeMs) => {
    const { follower } = follow({ uptimeMs });
    expect(follower.isFresh()).toBe(false);
    expect(follower.health()).toEqual({ fresh: false, ageMs: null });
  });

  test("ends two seconds after the last successful read began, also if the process was stopped", async () => {
    const { clock, follower } = follow();
    await clock.advance(0);
    clock.stall(2000);
    expect(follower.isFresh()).toBe(true);
    expect(follower.health()).toEqual({ fresh: true, ageMs: 2000 });
    clock.stall(1);
    expect(follower.isFresh()).toBe(false);
    expect(follower.health()).toEqual({ fresh: false, ageMs: 2001 });
  });

  test("counts from the start of a read, not from its end", async () => {
    const { clock, follower, notify, blockReads } = follow();
    await clock.advance(0);
    const release = blockReads();
    notify();
    clock.stall(900);
    release();
    await clock.advance(0);
    expect(follower.health().ageMs).toBe(900);
  });

  test("is not renewed by a failed read, which is reported, but by the next successful one", async () => {
    const { clock, feed, follower, onTrouble } = follow();
    await clock.advance(0);
    feed.fails = true;
    await clock.advance(3000);
    expect(follower.isFresh()).toBe(false);
    expect(onTrouble).toHaveBeenCalledTimes(3);
    expect(onTrouble.mock.calls[0]?.[0]).toBeInstanceOf(Error);
    feed.fails = false;
    await clock.advance(1000);
    expect(follower.isFresh()).toBe(true);
  });

  test("reports the age on a monotonic clock that has run for long", async () => {
    const { clock, follower } = follow();
    await clock.advance(5000);
    clock.stall(300);
    expect(follower.health()).toEqual({ fresh: true, ageMs: 300 });
  });

  test.each([
    ["set forward, as after a sleep in which the monotonic clock stood still", 2001],
    ["set forward by a little", 101],
    ["set back, which could hide a sleep", -101],
  ])("ends when the wall clock is %s, until the next read", async (_, stepMs) => {
    const { clock, follower } = follow();
    await clock.advance(500);
    expect(follower.isFresh()).toBe(true);
    clock.step(stepMs);
    expect(follower.isFresh()).toBe(false);
    expect(follower.health().fresh).toBe(false);
    await clock.advance(500);
    expect(follower.isFresh()).toBe(true);
  });

  test("goes on while the wall clock is slewed", async () => {
    const { clock, follower } = follow();
    await clock.advance(0);
    clock.stall(900);
    clock.step(100);
    expect(follower.isFresh()).toBe(true);
    clock.step(-200);
    expect(follower.isFresh()).toBe(true);
  });

  test("counts a sleep of the machine in its age", async () => {
    const { clock, follower } = follow();
    await clock.advance(0);
    clock.stall(300);
    clock.step(60_000);
    expect(follower.health()).toEqual({ fresh: false, ageMs: 60_300 });
  });
});

describe("ready and stop", () => {
  test("ready resolves after the first successful read, and rejects with its error", async () => {
    const { clock, feed, follower } = follow({ fails: true });
    await expect(follower.ready()).rejects.toThrow("down");
    feed.fails = false;
    await clock.advance(1000);
    await expect(follower.ready()).resolves.toBeUndefined();
  });

  test("ready reads again if the first read failed", async () => {
    const { clock, feed, reads, follower } = follow({ fails: true });
    await clock.advance(0);
    feed.fails = false;
    await follower.ready();
    expect(reads).toHaveLength(2);
    await follower.ready();
    expect(reads).toHaveLength(2);
  });

  test("stop ends reading, by timer and by notification", async () => {
    const { clock, reads, follower, stopWatching, notify } = follow();
    await clock.advance(0);
    follower.stop();
    notify();
    await clock.advance(5000);
    expect(reads).toHaveLength(1);
    expect(stopWatching).toHaveBeenCalledTimes(1);
  });
});
