import type { SessionChange, WatchedSession } from "../curfew.js";
import { endedError, notFound } from "../errors.js";
import type { FeedRow } from "../revocation/feed.js";
import type { Identity } from "../session/access-token.js";
import { hasPassed, nearestDeadline } from "../session/deadlines.js";
import type { Session, User } from "../session/session.js";
import type { Store } from "../store.js";
import { createSettledReader, type SettledSession } from "./settled.js";

interface Watcher {
  readonly listener: (change: SessionChange) => void;
  session: Session;
  user: User;
  /** Something happened that may concern the session: read it from the database. */
  isDue: boolean;
  isChecking: boolean;
}

export interface WatchOptions {
  readonly store: Pick<Store, "readSession" | "closeExpired">;
  readonly now: () => number;
}

/**
 * Watches sessions for their clients. A feed row or a deadline triggers a read; only the database decides what happened.
 * A failed read is repeated at the next tick and never counts as an end.
 */
export function createWatchers({ store, now }: WatchOptions) {
  const readSettled = createSettledReader(store);
  const watchersByAccount = new Map<string, Set<Watcher>>();

  const remove = (watcher: Watcher): void => {
    const watchers = watchersByAccount.get(watcher.session.accountId);
    watchers?.delete(watcher);
    if (watchers?.size === 0) watchersByAccount.delete(watcher.session.accountId);
  };
  const isWatched = (watcher: Watcher): boolean =>
    watchersByAccount.get(watcher.session.accountId)?.has(watcher) ?? false;

  const check = async (watcher: Watcher): Promise<void> => {
    if (watcher.isChecking) return;
    watcher.isChecking = true;
    try {
      while (watcher.isDue && isWatched(watcher)) {
        watcher.isDue = false;
        const settled = await readSettled(watcher.session.accountId, watcher.session.id);
        if (settled !== null && isWatched(watcher)) notify(watcher, settled);
      }
    } catch {
      watcher.isDue = true;
    } finally {
      watcher.isChecking = false;
    }
  };

  const notify = (watcher: Watcher, { snapshot, fate }: SettledSession): void => {
    const before = watcher.session;
    watcher.session = snapshot.session;
    watcher.user = snapshot.user;
    if (fate.state === "live") {
      if (isShorter(snapshot.session, before))
        watcher.listener({ kind: "shortened", session: snapshot.session, now: snapshot.now });
      return;
    }
    remove(watcher);
    watcher.listener({ kind: "ended", fate });
  };

  return {
    async watch(
      { accountId, sessionId }: Pick<Identity, "accountId" | "sessionId">,
      listener: (change: SessionChange) => void,
    ): Promise<WatchedSession> {
      const settled = await readSettled(accountId, sessionId);
      if (settled === null) throw notFound();
      const { snapshot, fate } = settled;
      if (fate.state !== "live") throw endedError(fate);
      const { session, user } = snapshot;
      // Due at once: a feed row between the read and now did not reach this watcher.
      const watcher: Watcher = { listener, session, user, isDue: true, isChecking: false };
      const watchers = watchersByAccount.get(accountId) ?? new Set();
      watchersByAccount.set(accountId, watchers.add(watcher));
      return { session, user, now: snapshot.now, stop: () => remove(watcher) };
    },

    /** Checks the sessions that new rows of the feed may concern. */
    onRows(rows: readonly FeedRow[]): void {
      for (const row of rows) {
        for (const watcher of watchersByAccount.get(row.accountId) ?? []) {
          if (row.scope === "policy" && watcher.user.role === "owner")
            watcher.listener({ kind: "policy_changed" });
          if (!concerns(row, watcher)) continue;
          watcher.isDue = true;
          void check(watcher);
        }
      }
    },

    /** Checks the sessions whose last known deadline has passed. A refresh may have moved it since. */
    tick(): void {
      for (const watchers of watchersByAccount.values()) {
        for (const watcher of watchers) {
          if (hasPassed(nearestDeadline(watcher.session).at, now())) watcher.isDue = true;
          if (watcher.isDue) void check(watcher);
        }
      }
    },

    stop(): void {
      watchersByAccount.clear();
    },
  };
}

function concerns(row: FeedRow, { session }: Watcher): boolean {
  switch (row.scope) {
    case "account":
      return true;
    case "policy":
      return row.applied;
    case "user":
    case "role":
      return row.userId === session.userId;
    case "session":
      return row.sessionId === session.id;
  }
}

const isShorter = (after: Session, before: Session): boolean =>
  after.idleMinutes < before.idleMinutes || after.absoluteMinutes < before.absoluteMinutes;
