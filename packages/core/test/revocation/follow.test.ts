import { describe, expect, test, vi } from "vitest";
import { followFeed } from "../../src/revocation/follow.js";
import type { FeedPage, FeedRow, TokenStanding } from "../../src/revocation/model.js";
import { FakeClock } from "../../testing/fake-clock.js";

const token: TokenStanding = {
  accountId: "acme",
  userId: "ada",
  sessionId: "s1",
  accountEpoch: 0,
  userEpoch: 0,
  policyVersion: 1,
};
const ending = (sequence: number, at: number): FeedRow => ({
  sequence,
  accountId: "acme",
  at,
  scope: "session",
  sessionId: "s1",
  reason: "signed_out",
});

/** A follower over a feed that a test fills, on a clock that it moves; `skewMs` is how far the database's is ahead. */
function follow({ skewMs = 0, fails = false, uptimeMs = 12_345, before = [] as readonly FeedRow[] } = {}) {
  const clock = new FakeClock();
  clock.stall(uptimeMs);
  const feed = { rows: [...before], fails, skewMs, hold: null as Promise<void> | null };
  const reads: { cursor: string | null; sinceMs: number }[] = [];
  let wake: () => void = () => undefined;
  const stopWatching = vi.fn();
  /** Holds every read back from here on, until what it answers is called. */
  const hold = (): (() => void) => {
    let release: () => void = () => undefined;
    feed.hold = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      feed.hold = null;
      release();
    };
  };
  const onRows = vi.fn();
  const onRead = vi.fn();
  const onLag = vi.fn();
  const onTrouble = vi.fn();
  const follower = followFeed({
    store: {
      async readFeed(input): Promise<FeedPage> {
        reads.push(input);
        if (feed.hold !== null) await feed.hold;
        if (feed.fails) throw new Error("down");
        return { rows: feed.rows.splice(0), cursor: `c${reads.length}`, now: clock.now() + feed.skewMs };
      },
      watchFeed(listener) {
        wake = listener;
        return { stop: stopWatching };
      },
    },
    clock,
    scheduler: clock,
    tokenLifetimeMs: 300_000,
    onRows,
    onRead,
    onLag,
    onTrouble,
  });
  return {
    clock,
    feed,
    hold,
    reads,
    follower,
    onRows,
    onLag,
    onRead,
    onTrouble,
    stopWatching,
    wake: () => wake(),
  };
}

describe("following the feed", () => {
  test("reads at once, then once a second, each time from where it was", async () => {
    const { clock, reads } = follow();
    await clock.advance(2500);
    expect(reads).toEqual([
      { cursor: null, sinceMs: 390_000 },
      { cursor: "c1", sinceMs: 390_000 },
      { cursor: "c2", sinceMs: 390_000 },
    ]);
  });

  test("reads when woken, without waiting for the second", async () => {
    const { clock, feed, reads, follower, wake } = follow();
    await clock.advance(0);
    feed.rows.push(ending(1, clock.now()));
    expect(follower.judge(token)).toEqual({ kind: "good" });
    wake();
    await clock.advance(0);
    expect(reads).toHaveLength(2);
    expect(follower.judge(token)).toMatchObject({ kind: "revoked" });
  });

  test("woken during a read, reads once more after it and not beside it", async () => {
    const { clock, reads, wake, hold } = follow();
    await clock.advance(0);
    const release = hold();
    wake();
    wake();
    wake();
    await clock.advance(0);
    expect(reads).toHaveLength(2);
    release();
    await clock.advance(0);
    expect(reads).toHaveLength(3);
    await clock.advance(0);
    expect(reads).toHaveLength(3);
  });

  test("tells once how late another's row came, and nothing of its own rows or of those before the first read", async () => {
    const { clock, feed, follower, onLag } = follow({ before: [ending(1, 0)] });
    await clock.advance(0);
    const own = ending(2, clock.now());
    follower.remember([own]);
    feed.rows.push(own, ending(3, clock.now() - 250));
    await clock.advance(1000);
    feed.rows.push(ending(4, clock.now() + 5000));
    await clock.advance(3000);
    expect(onLag.mock.calls).toEqual([[1250], [0]]);
  });

  test("tells of rows once, and of each good read", async () => {
    const { clock, feed, follower, onRows, onRead } = follow();
    const row = ending(1, clock.now());
    follower.remember([row]);
    follower.remember([]);
    feed.rows.push(row);
    await clock.advance(1000);
    expect(onRows.mock.calls).toEqual([[[row]]]);
    expect(onRead).toHaveBeenCalledTimes(2);
  });

  test("holds to what this process did itself before any read tells of it", () => {
    const { clock, follower } = follow();
    follower.remember([ending(1, clock.now())]);
    expect(follower.judge(token)).toEqual({ kind: "revoked", reason: "signed_out", at: clock.now() });
  });

  test("forgets a row once no token from before its read can be covered: a token's life and a minute and a half", async () => {
    const { clock, feed, follower } = follow();
    feed.rows.push(ending(1, clock.now()));
    await clock.advance(1000 + 390_000);
    expect(follower.judge(token)).toMatchObject({ kind: "revoked" });
    await clock.advance(1000);
    expect(follower.judge(token)).toEqual({ kind: "good" });
  });
});

describe("trust in the memory", () => {
  test.each([0, 12_345])("there is none before the first read, %i ms after the process began", (uptimeMs) => {
    const { follower } = follow({ uptimeMs });
    expect(follower.isFresh()).toBe(false);
    expect(follower.health()).toEqual({ fresh: false, ageMs: null });
  });

  test("ends two seconds after the last good read began, also where the process stood still", async () => {
    const { clock, follower } = follow();
    await clock.advance(0);
    clock.stall(2000);
    expect(follower.isFresh()).toBe(true);
    expect(follower.health()).toEqual({ fresh: true, ageMs: 2000 });
    clock.stall(1);
    expect(follower.isFresh()).toBe(false);
    expect(follower.health()).toEqual({ fresh: false, ageMs: 2001 });
  });

  test("counts from when a read began, not from when its answer came", async () => {
    const { clock, follower, wake, hold } = follow();
    await clock.advance(0);
    const release = hold();
    wake();
    clock.stall(900);
    release();
    await clock.advance(0);
    expect(follower.health().ageMs).toBe(900);
  });

  test("is not renewed by a read that fails, which is told of, and comes back with the next good one", async () => {
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

  test("is told with its age also where the clock had run for long before", async () => {
    const { clock, follower } = follow();
    await clock.advance(5000);
    clock.stall(300);
    expect(follower.health()).toEqual({ fresh: true, ageMs: 300 });
  });

  test("is not shaken by a step of the wall clock", async () => {
    const { clock, follower } = follow();
    await clock.advance(0);
    clock.step(3_600_000);
    expect(follower.isFresh()).toBe(true);
  });
});

describe("the database's clock", () => {
  test("is this machine's until it has been heard", () => {
    const { clock, follower } = follow({ skewMs: 3_600_000 });
    clock.stall(700);
    expect(follower.now()).toBe(clock.now());
  });

  test("is carried on by the monotonic clock between two reads", async () => {
    const { clock, follower } = follow({ skewMs: -3_600_000 });
    await clock.advance(0);
    clock.stall(800);
    expect(follower.now()).toBe(clock.now() - 3_600_000);
    clock.step(-50_000);
    expect(follower.now()).toBe(clock.now() + 50_000 - 3_600_000);
  });

  test("is taken to be that of the read's beginning, however late it was looked at: it is never behind", async () => {
    const { clock, follower, wake, hold } = follow();
    await clock.advance(0);
    const release = hold();
    wake();
    clock.stall(500);
    release();
    await clock.advance(0);
    expect(follower.now()).toBe(clock.now() + 500);
  });

  test("set back, leaves no token alive that was revoked meanwhile, however long ago", async () => {
    const { clock, feed, follower } = follow();
    await clock.advance(0);
    clock.step(-480_000);
    await clock.advance(1000);
    const row = ending(1, clock.now());
    feed.rows.push(row);
    await clock.advance(1000);
    clock.stall(479_000 + 390_000);
    await clock.advance(0);
    expect(follower.judge(token)).toEqual({ kind: "revoked", reason: "signed_out", at: row.at });
    await clock.advance(1000);
    expect(follower.judge(token)).toEqual({ kind: "good" });
  });

  test("remembers how far it has come, so that no token comes back to life where it is set back", async () => {
    const { clock, follower } = follow();
    const began = clock.now();
    expect(follower.hasOutlived({ expiresAt: 0 })).toBe(false);
    await clock.advance(1000);
    expect(follower.hasOutlived({ expiresAt: began + 1000 })).toBe(true);
    expect(follower.hasOutlived({ expiresAt: began + 1001 })).toBe(false);
    clock.step(-30_000);
    await clock.advance(2000);
    expect(follower.now()).toBe(began - 27_000);
    expect(follower.hasOutlived({ expiresAt: began + 1000 })).toBe(true);
  });

  test("set back between two reads, counts as having run on to the second", async () => {
    const { clock, follower } = follow();
    const began = clock.now();
    await clock.advance(1000);
    clock.stall(5);
    clock.step(-61_000);
    await clock.advance(995);
    expect(follower.now()).toBe(began + 2000 - 61_000);
    expect(follower.hasOutlived({ expiresAt: began + 1005 })).toBe(true);
    expect(follower.hasOutlived({ expiresAt: began + 2000 })).toBe(true);
    expect(follower.hasOutlived({ expiresAt: began + 2001 })).toBe(false);
  });

  test("set forward and back again, has come as far as a read saw it", async () => {
    const { clock, feed, follower } = follow();
    const began = clock.now();
    await clock.advance(0);
    feed.skewMs = 90_000;
    await clock.advance(1000);
    expect(follower.hasOutlived({ expiresAt: began + 91_000 })).toBe(true);
    expect(follower.hasOutlived({ expiresAt: began + 91_001 })).toBe(false);
    feed.skewMs = 0;
    await clock.advance(1000);
    expect(follower.hasOutlived({ expiresAt: began + 92_000 })).toBe(true);
    expect(follower.hasOutlived({ expiresAt: began + 92_001 })).toBe(false);
  });

  test("that this machine's is ahead of makes no token outlived", async () => {
    const { clock, follower } = follow({ skewMs: -3_600_000 });
    await clock.advance(0);
    expect(follower.hasOutlived({ expiresAt: follower.now() })).toBe(true);
    expect(follower.hasOutlived({ expiresAt: follower.now() + 1 })).toBe(false);
  });

  test("set back while the process stood still, leaves no token alive that was revoked meanwhile", async () => {
    const { clock, feed, follower } = follow();
    await clock.advance(0);
    clock.stall(3_600_000);
    clock.step(-1_800_000);
    const row = ending(1, clock.now());
    feed.rows.push(row);
    await clock.advance(0);
    clock.stall(1_800_000 + 390_000);
    await clock.advance(0);
    expect(follower.judge(token)).toEqual({ kind: "revoked", reason: "signed_out", at: row.at });
    await clock.advance(1000);
    expect(follower.judge(token)).toEqual({ kind: "good" });
  });

  test("is followed within a second where it steps", async () => {
    const { clock, feed, follower } = follow();
    await clock.advance(0);
    feed.skewMs = 90_000;
    await clock.advance(1000);
    expect(follower.now()).toBe(clock.now() + 90_000);
  });
});

describe("being ready and stopping", () => {
  test("is ready with the first good read, and says why where that fails", async () => {
    const { clock, feed, follower } = follow({ fails: true });
    await expect(follower.ready()).rejects.toThrow("down");
    feed.fails = false;
    await clock.advance(1000);
    await expect(follower.ready()).resolves.toBeUndefined();
  });

  test("asks for a read of its own where the first failed", async () => {
    const { clock, feed, reads, follower } = follow({ fails: true });
    await clock.advance(0);
    feed.fails = false;
    await follower.ready();
    expect(reads).toHaveLength(2);
    await follower.ready();
    expect(reads).toHaveLength(2);
  });

  test("stops reading, by the second and by being woken", async () => {
    const { clock, reads, follower, stopWatching, wake } = follow();
    await clock.advance(0);
    follower.stop();
    wake();
    await clock.advance(5000);
    expect(reads).toHaveLength(1);
    expect(stopWatching).toHaveBeenCalledTimes(1);
  });
});
