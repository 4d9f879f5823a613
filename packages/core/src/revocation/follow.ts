import type { Clock, Scheduler } from "../clock.js";
import { hasPassed } from "../session/deadlines.js";
import type { Store } from "../store.js";
import type { FeedRow, TokenStanding } from "./feed.js";
import { createRevocationMemory } from "./memory.js";

/** How often the feed is read, notified or not. */
const READ_INTERVAL_MS = 1000;
/** How old the last successful read may be for the memory to be trusted. */
const MAX_FEED_AGE_MS = 2000;
/** How far this machine's clocks may drift apart between two reads: more than NTP's slewing, less than a sleep that matters. */
const MAX_DRIFT_MS = 100;
/** The statement timeout, after which no row can still commit, plus a minute. */
const SLACK_MS = 30_000 + 60_000;

export interface FollowOptions {
  readonly store: Pick<Store, "readFeed" | "watchFeed">;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** The maximum lifetime of an access token, in milliseconds. */
  readonly tokenLifetimeMs: number;
  /**
   * Called with the rows that a read returned, in the order in which the acts on an account took effect. Rows of this process's
   * own acts come with the next read, since an earlier act elsewhere may not have been read yet.
   */
  readonly onRows: (rows: readonly FeedRow[]) => void;
  /**
   * Called once with each row that a read returned, this process's own among them, except for those of the first read that it did
   * not write: they are older than the process.
   */
  readonly onNewRows: (rows: readonly FeedRow[]) => void;
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
  const { store, clock, scheduler, onRows, onNewRows, onLag, onRead, onTrouble } = options;
  const retentionMs = options.tokenLifetimeMs + SLACK_MS;
  const memory = createRevocationMemory();
  let cursor: string | null = null;
  /** The start of the last successful read, on the monotonic clock. */
  let lastReadBegan: number | null = null;
  /** The same on the wall clock, which runs on while the machine sleeps. */
  let lastReadBeganWall = clock.now();
  /** Rows of this process's own acts that no read has returned yet. */
  const unread = new Set<number>();
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
    const beganWall = clock.now();
    const page = await store.readFeed({ cursor, sinceMs: retentionMs });
    // If the clock was set back since the last read, it may first have run on until just before this one.
    const ranOnTo = lastReadBegan === null ? page.now : now();
    latestNow = Math.max(latestNow, ranOnTo, page.now);
    // Counts from the start of the read: `now` is then ahead by the latency, so a deadline never passes late.
    offsetMs = page.now - began;
    cursor = page.cursor;
    const isFirst = lastReadBegan === null;
    const newRows = memory.add(page.rows, latestNow);
    const foreign = new Set(isFirst ? [] : newRows);
    const untold = page.rows.filter((row) => foreign.has(row) || unread.has(row.sequence));
    for (const row of page.rows) unread.delete(row.sequence);
    if (!isFirst) for (const row of newRows) onLag(Math.max(0, page.now - row.at));
    memory.forget(page.now - retentionMs);
    lastReadBegan = began;
    lastReadBeganWall = beganWall;
    if (page.rows.length > 0) onRows(page.rows);
    if (untold.length > 0) onNewRows(untold);
    onRead();
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

  /** The time since a read began, on both clocks: the monotonic one may stand still while the machine sleeps. */
  const agesOf = (began: number) => ({
    monotonicMs: clock.monotonic() - began,
    wallMs: clock.now() - lastReadBeganWall,
  });

  const isFresh = (): boolean => {
    if (lastReadBegan === null) return false;
    const { monotonicMs, wallMs } = agesOf(lastReadBegan);
    // A wall clock that was set back could hide a sleep.
    return Math.max(monotonicMs, wallMs) <= MAX_FEED_AGE_MS && Math.abs(wallMs - monotonicMs) <= MAX_DRIFT_MS;
  };

  const ageInMs = (began: number): number => {
    const { monotonicMs, wallMs } = agesOf(began);
    return Math.max(monotonicMs, wallMs);
  };

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
    /** Adds rows that this process wrote, so that they apply here before the next read, which it starts. */
    remember(rows: readonly FeedRow[]): void {
      const newRows = memory.add(rows, latestNow);
      for (const row of newRows) unread.add(row.sequence);
      if (newRows.length > 0) readInBackground();
    },
    /** Returns whether a read returned the row, and with it every row of the account that took effect before. */
    hasRead: (sequence: number): boolean => !unread.has(sequence),
    judge: (token: TokenStanding) => memory.judge(token),
    /**
     * The database's clock, extrapolated by the monotonic clock: ahead by at most a read's latency, and behind only after a sleep
     * of this machine, until the next read.
     */
    now,
    /** Adopts the database's clock as a read outside the feed showed it, where it is ahead of `now`. */
    noteClock(databaseNow: number): void {
      latestNow = Math.max(latestNow, databaseNow);
      offsetMs = Math.max(offsetMs, databaseNow - clock.monotonic());
    },
    /**
     * Returns whether a token may have expired before the clock was set back. The rows that covered it may be gone, and its
     * session may have ended.
     */
    hasOutlived: (token: { readonly expiresAt: number }): boolean => hasPassed(token.expiresAt, latestNow),
    /**
     * Returns whether the memory can be trusted. Checked at each use, so that a stopped process, a stalled loop and a sleep of the
     * machine count. A step of the wall clock counts as a sleep, which costs a look at the database until the next read.
     */
    isFresh,
    health: (): FeedHealth => ({
      fresh: isFresh(),
      ageMs: lastReadBegan === null ? null : ageInMs(lastReadBegan),
    }),
    stop(): void {
      isStopped = true;
      timer.cancel();
      subscription.stop();
    },
  };
}

export type FeedFollower = ReturnType<typeof followFeed>;
