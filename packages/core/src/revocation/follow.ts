import type { Clock, Scheduler } from "../clock.js";
import type { FeedHealth } from "../curfew.js";
import { hasPassed } from "../session/deadlines.js";
import type { Store } from "../store.js";
import { createRevocationMemory } from "./memory.js";
import type { FeedRow, TokenStanding } from "./model.js";

/** How often the feed is read, woken or not. */
const READ_EVERY_MS = 1000;
/** A memory whose last good read began longer ago than this is not trusted. */
const TRUSTED_FOR_MS = 2000;
/** The longest that a statement may take before it commits, and a minute. */
const SLACK_MS = 30_000 + 60_000;

export interface FollowOptions {
  readonly store: Pick<Store, "readFeed" | "watchFeed">;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** The longest that an access token lives, in milliseconds. */
  readonly tokenLifetimeMs: number;
  /** Rows that were not known before. */
  readonly onRows: (rows: readonly FeedRow[]) => void;
  /** How late a row was read that was not known before; of the first read, whose rows are older than this process, nothing. */
  readonly onLag: (lagMs: number) => void;
  /** After each good read. */
  readonly onRead: () => void;
  readonly onTrouble: (cause: unknown) => void;
}

/**
 * Follows the revocation feed: remembers its recent rows, keeps the offset to the database's clock, and knows how far
 * its own memory can be trusted.
 */
export function followFeed(options: FollowOptions) {
  const { store, clock, scheduler, onRows, onLag, onRead, onTrouble } = options;
  const keepMs = options.tokenLifetimeMs + SLACK_MS;
  const memory = createRevocationMemory();
  let cursor: string | null = null;
  /** On the monotonic clock, as everything here is. */
  let trustedReadBegan: number | null = null;
  /** The latest moment that the database's clock can have shown by the last read: it may have been set back since. */
  let latestNow = Number.NEGATIVE_INFINITY;
  let offsetMs = clock.now() - clock.monotonic();
  let reading: Promise<void> | null = null;
  let wokenMeanwhile = false;
  let stopped = false;

  const read = async (): Promise<void> => {
    const began = clock.monotonic();
    const page = await store.readFeed({ cursor, sinceMs: keepMs });
    // Set back since the last read, it may have come as far before as it would have by running on.
    const ranOnTo = trustedReadBegan === null ? page.now : now();
    latestNow = Math.max(latestNow, ranOnTo, page.now);
    // As if the database had looked at its clock at once: however long the answer took, no deadline is taken to come late.
    offsetMs = page.now - began;
    cursor = page.cursor;
    const news = remember(page.rows);
    if (trustedReadBegan !== null) for (const row of news) onLag(Math.max(0, page.now - row.at));
    memory.forget(page.now - keepMs);
    trustedReadBegan = began;
    onRead();
  };

  const now = (): number => Math.floor(clock.monotonic() + offsetMs);

  /** Answers those that were not known before. */
  const remember = (rows: readonly FeedRow[]): readonly FeedRow[] => {
    const news = memory.add(rows, latestNow);
    if (news.length > 0) onRows(news);
    return news;
  };

  /** One read at a time: who is woken during one gets another after it. */
  const readOnce = (): Promise<void> => {
    if (reading !== null) {
      wokenMeanwhile = true;
      return reading;
    }
    reading = read().finally(() => {
      reading = null;
      if (!wokenMeanwhile) return;
      wokenMeanwhile = false;
      readQuietly();
    });
    return reading;
  };
  const readQuietly = (): void => {
    if (!stopped) readOnce().catch(onTrouble);
  };

  const isFresh = (): boolean =>
    trustedReadBegan !== null && clock.monotonic() - trustedReadBegan <= TRUSTED_FOR_MS;

  const watching = store.watchFeed(readQuietly);
  let timer: { cancel(): void };
  const tick = (): void => {
    timer = scheduler.after(READ_EVERY_MS, tick);
    readQuietly();
  };
  tick();

  return {
    /** Resolves once a read has succeeded. */
    ready: (): Promise<void> => (trustedReadBegan === null ? readOnce() : Promise.resolve()),
    /** Remembers rows of this process's own making at once: what it has answered holds here from then on. */
    remember: (rows: readonly FeedRow[]): void => void remember(rows),
    judge: (token: TokenStanding) => memory.judge(token),
    /** The database's clock, carried on by the monotonic one; ahead of it by the time that asking it took, and never behind. */
    now,
    /**
     * Whether a token may have expired before the clock was set back: what covered it is forgotten, and its session may have
     * ended with it.
     */
    hasOutlived: (token: { readonly expiresAt: number }): boolean => hasPassed(token.expiresAt, latestNow),
    /** Whether the memory can be trusted at this moment: a stopped process or a stalled loop counts. */
    isFresh,
    health: (): FeedHealth => ({
      fresh: isFresh(),
      ageMs: trustedReadBegan === null ? null : clock.monotonic() - trustedReadBegan,
    }),
    stop(): void {
      stopped = true;
      timer.cancel();
      watching.stop();
    },
  };
}

export type FeedFollower = ReturnType<typeof followFeed>;
