import type { Identity, SessionChange } from "../curfew.js";
import type { FeedRow } from "../revocation/model.js";
import { hasPassed, nearestDeadline } from "../session/deadlines.js";
import { fateOf } from "../session/fate.js";
import type { Session, SessionSnapshot, User } from "../session/model.js";
import type { Store } from "../store.js";
import { endedError, notFound } from "./refusals.js";

interface Watcher {
  readonly listener: (change: SessionChange) => void;
  session: Session;
  user: User;
  /** Something happened that may concern it: look at the database. */
  isDue: boolean;
  isLooking: boolean;
}

export interface WatchOptions {
  readonly store: Pick<Store, "readSession" | "closeExpired">;
  readonly now: () => number;
}

/**
 * Watches sessions for their holders: a feed row or a deadline is a reason to look, and what the database then says is
 * what is told. A look that fails is repeated at the next tick: trouble is never an ending.
 */
export function createWatchers({ store, now }: WatchOptions) {
  const byAccount = new Map<string, Set<Watcher>>();

  const remove = (watcher: Watcher): void => {
    const watchers = byAccount.get(watcher.session.accountId);
    watchers?.delete(watcher);
    if (watchers?.size === 0) byAccount.delete(watcher.session.accountId);
  };
  const isWatched = (watcher: Watcher): boolean =>
    byAccount.get(watcher.session.accountId)?.has(watcher) ?? false;

  const look = async (watcher: Watcher): Promise<void> => {
    if (watcher.isLooking) return;
    watcher.isLooking = true;
    try {
      while (watcher.isDue && isWatched(watcher)) {
        watcher.isDue = false;
        const snapshot = await store.readSession(watcher.session.accountId, watcher.session.id);
        if (snapshot !== null && isWatched(watcher)) await tell(watcher, snapshot);
      }
    } catch {
      watcher.isDue = true;
    } finally {
      watcher.isLooking = false;
    }
  };

  const tell = async (watcher: Watcher, snapshot: SessionSnapshot): Promise<void> => {
    const fate = fateOf(snapshot);
    const before = watcher.session;
    watcher.session = snapshot.session;
    watcher.user = snapshot.user;
    if (fate.state === "live") {
      if (isShorter(snapshot.session, before))
        watcher.listener({ kind: "shortened", session: snapshot.session, now: snapshot.now });
      return;
    }
    if (fate.state === "expired") await store.closeExpired(before.accountId, before.id);
    remove(watcher);
    watcher.listener({ kind: "ended", fate });
  };

  return {
    async watch(
      { accountId, sessionId }: Pick<Identity, "accountId" | "sessionId">,
      listener: (change: SessionChange) => void,
    ): Promise<{ session: Session; user: User; now: number; stop(): void }> {
      const snapshot = await store.readSession(accountId, sessionId);
      if (snapshot === null) throw notFound();
      const fate = fateOf(snapshot);
      if (fate.state !== "live") throw endedError(fate);
      const { session, user } = snapshot;
      // Due at once: what happened between the read and now has woken nobody.
      const watcher: Watcher = { listener, session, user, isDue: true, isLooking: false };
      const watchers = byAccount.get(accountId) ?? new Set();
      byAccount.set(accountId, watchers.add(watcher));
      return { session, user, now: snapshot.now, stop: () => remove(watcher) };
    },

    /** Rows of the feed came in: looks at the sessions that they may concern. */
    onRows(rows: readonly FeedRow[]): void {
      for (const row of rows) {
        for (const watcher of byAccount.get(row.accountId) ?? []) {
          if (row.scope === "policy" && watcher.user.role === "owner")
            watcher.listener({ kind: "policy_changed" });
          if (!concerns(row, watcher)) continue;
          watcher.isDue = true;
          void look(watcher);
        }
      }
    },

    /** Looks at the sessions whose deadline has passed as far as is known: a refresh may have moved it since. */
    tick(): void {
      for (const watchers of byAccount.values()) {
        for (const watcher of watchers) {
          if (hasPassed(nearestDeadline(watcher.session).at, now())) watcher.isDue = true;
          if (watcher.isDue) void look(watcher);
        }
      }
    },

    stop(): void {
      byAccount.clear();
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
