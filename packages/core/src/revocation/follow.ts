import type { Clock, Scheduler } from "../clock.js";
import { hasPassed } from "../session/deadlines.js";
import type { Store } from "../store.js";
import type { FeedRow, TokenStanding } from "./feed.js";
import { createRevocationMemory } from "./memory.js";

/** How often the feed is read, notified or not. */
const READ_INTERVAL_MS = 1000;
/** How old the last successful read may be for the memory to be trusted. */
const MAX_FEED_AGE_MS = 2000;
/** The statement timeout, after which no row can still commit, plus a minute. */
const SLACK_MS = 30_000 + 60_000;

export interface FollowOptions {
  readonly store: Pick<Store, "readFeed" | "watchFeed">;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** The maximum lifetime of an access token, in milliseconds. */
  readonly tokenLifetimeMs: number;
  /** Called with the rows that are new to this process. */
  readonly onRows: (rows: readonly FeedRow[]) => void;
  /** Called with the delay of each new row; not for rows of the first read, which predate this process. */
  readonly onLag: (lagMs: number) => void;
  /** Called after each successful read. */
  readonly onRead: () => void;
  /** Called with the cause when a read failed. */
  readonly onTrouble: (cause: unknown) => void;
}

/** How fresh the revocation feed is, for readiness and metrics. */
export interface FeedHealth {
  /** Whether the last successful read began at most two seconds ago. */
  readonly fresh: boolean;
  /** Milliseconds since the last successful read began; null before the first. */
  readonly ageMs: number | null;
}

/** Follows the revocation feed: keeps its recent rows and the offset to the database's clock. */
export function followFeed(options: FollowOptions) {
  const { store, clock, scheduler, onRows, onLag, onRead, onTrouble } = options;
  const retentionMs = options.tokenLifetimeMs + SLACK_MS;
  const memory = createRevocationMemory();
  let cursor: string | null = null;
  /** The start of the last successful read, on the monotonic clock. */
  let lastReadBegan: number | null = null;
  /** The latest time that the database's clock can have shown up to the last read. It may have been set back since. */
  let latestNow = Number.NEGATIVE_INFINITY;
  /** From the monotonic clock to the database's. */
  let offsetMs = clock.now() - clock.monotonic();
  let activeRead: Promise<void> | null = null;
  let needsAnotherRead = false;
  let isStopped = false;

  const now = (): number => Math.floor(clock.monotonic() + offsetMs);

  const read = async (): Promise<void> => {
    const began = clock.monotonic();
    const page = await store.readFeed({ cursor, sinceMs: retentionMs });
    // If the clock was set back since the last read, it may first have run on until just before this one.
    const ranOnTo = lastReadBegan === null ? page.now : now();
    latestNow = Math.max(latestNow, ranOnTo, page.now);
    // Counts from the start of the read: `now` is then ahead by the latency, so a deadline never passes late.
    offsetMs = page.now - began;
    cursor = page.cursor;
    const newRows = remember(page.rows);
    if (lastReadBegan !== null) for (const row of newRows) onLag(Math.max(0, page.now - row.at));
    memory.forget(page.now - retentionMs);
    lastReadBegan = began;
    onRead();
  };

  /** Returns the new rows. */
  const remember = (rows: readonly FeedRow[]): readonly FeedRow[] => {
    const newRows = memory.add(rows, latestNow);
    if (newRows.length > 0) onRows(newRows);
    return newRows;
  };

  /** Runs one read at a time. A call during a read starts another read after it. */
  const readOnce = (): Promise<void> => {
    if (activeRead !== null) {
      needsAnotherRead = true;
      return activeRead;
    }
    activeRead = read().finally(() => {
      activeRead = null;
      if (!needsAnotherRead) return;
      needsAnotherRead = false;
      readInBackground();
    });
    return activeRead;
  };
  const readInBackground = (): void => {
    if (!isStopped) readOnce().catch(onTrouble);
  };

  const isFresh = (): boolean =>
    lastReadBegan !== null && clock.monotonic() - lastReadBegan <= MAX_FEED_AGE_MS;

  const subscription = store.watchFeed(readInBackground);
  let timer: { cancel(): void };
  const tick = (): void => {
    timer = scheduler.after(READ_INTERVAL_MS, tick);
    readInBackground();
  };
  tick();

  return {
    /** Resolves once a read has succeeded. */
    ready: (): Promise<void> => (lastReadBegan === null ? readOnce() : Promise.resolve()),
    /** Adds rows that this process wrote, so that they apply here before the next read. */
    remember: (rows: readonly FeedRow[]): void => void remember(rows),
    judge: (token: TokenStanding) => memory.judge(token),
    /** The database's clock, extrapolated by the monotonic clock: ahead by at most a read's latency, never behind. */
    now,
    /**
     * Returns whether a token may have expired before the clock was set back. The rows that covered it may be gone, and its
     * session may have ended.
     */
    hasOutlived: (token: { readonly expiresAt: number }): boolean => hasPassed(token.expiresAt, latestNow),
    /** Returns whether the memory can be trusted. Checked at each use, so a stopped process or a stalled loop counts. */
    isFresh,
    health: (): FeedHealth => ({
      fresh: isFresh(),
      ageMs: lastReadBegan === null ? null : clock.monotonic() - lastReadBegan,
    }),
    stop(): void {
      isStopped = true;
      timer.cancel();
      subscription.stop();
    },
  };
}

export type FeedFollower = ReturnType<typeof followFeed>;
