import { vi } from "vitest";
import type { FeedPage, FeedRow, TokenStanding } from "../../src/revocation/feed.js";
import { followFeed } from "../../src/revocation/follow.js";
import { FakeClock } from "../../testing/fake-clock.js";

export const token: TokenStanding = {
  accountId: "acme",
  userId: "ada",
  sessionId: "s1",
  accountEpoch: 0,
  userEpoch: 0,
  policyVersion: 1,
};
export const sessionEnd = (sequence: number, at: number): FeedRow => ({
  sequence,
  accountId: "acme",
  at,
  scope: "session",
  sessionId: "s1",
  reason: "signed_out",
});

/** A follower of a feed that the test fills, on a fake clock; the database's clock is `skewMs` ahead. */
export function follow({
  skewMs = 0,
  fails = false,
  uptimeMs = 12_345,
  initialRows = [] as readonly FeedRow[],
} = {}) {
  const clock = new FakeClock();
  clock.stall(uptimeMs);
  const feed = { rows: [...initialRows], fails, skewMs, blocked: null as Promise<void> | null };
  const reads: { cursor: string | null; sinceMs: number }[] = [];
  let notify: () => void = () => undefined;
  const stopWatching = vi.fn();
  /** Blocks every read until the returned function is called. */
  const blockReads = (): (() => void) => {
    let release: () => void = () => undefined;
    feed.blocked = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      feed.blocked = null;
      release();
    };
  };
  const onRows = vi.fn();
  const onNewRows = vi.fn();
  const onRead = vi.fn();
  const onLag = vi.fn();
  const onTrouble = vi.fn();
  const follower = followFeed({
    store: {
      async readFeed(input): Promise<FeedPage> {
        reads.push(input);
        if (feed.blocked !== null) await feed.blocked;
        if (feed.fails) throw new Error("down");
        return { rows: feed.rows.splice(0), cursor: `c${reads.length}`, now: clock.now() + feed.skewMs };
      },
      watchFeed(listener) {
        notify = listener;
        return { stop: stopWatching };
      },
    },
    clock,
    scheduler: clock,
    tokenLifetimeMs: 300_000,
    onRows,
    onNewRows,
    onRead,
    onLag,
    onTrouble,
  });
  return {
    clock,
    feed,
    blockReads,
    reads,
    follower,
    onRows,
    onNewRows,
    onLag,
    onRead,
    onTrouble,
    stopWatching,
    notify: () => notify(),
  };
}
