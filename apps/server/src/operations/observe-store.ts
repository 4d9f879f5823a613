import type { FeedRow, Store } from "@curfew/core";
import type { Metrics } from "./metrics.js";

type Counts = Pick<Metrics, "rotated" | "sessionsEnded" | "swept">;

/**
 * The same store, counting what it answers: rotations, sweeps, and sessions that ended, by reason.
 *
 * Those of a user who is disabled are not among them: the store does not say how many they were.
 */
export function observeStore<Extra>(store: Store<Extra>, metrics: Counts): Store<Extra> {
  return {
    ...store,
    async refreshSession(input) {
      const refreshed = await store.refreshSession(input);
      // A rotation is dated at the moment of the statement that made it.
      if (refreshed !== null && refreshed.session.rotatedAt === refreshed.now) metrics.rotated();
      return refreshed;
    },
    async startSession(input) {
      const outcome = await store.startSession(input);
      if (outcome.kind === "started") countByFeed(metrics, outcome.feed, outcome.endedCount);
      return outcome;
    },
    async endSession(input) {
      const outcome = await store.endSession(input);
      if (outcome.kind === "ended") metrics.sessionsEnded(input.reason, 1);
      return outcome;
    },
    async revokeAccount(input) {
      const outcome = await store.revokeAccount(input);
      if (outcome.kind === "revoked") metrics.sessionsEnded(input.reason, outcome.count);
      return outcome;
    },
    async revokeUser(input) {
      const outcome = await store.revokeUser(input);
      if (outcome.kind === "revoked") metrics.sessionsEnded(input.reason, outcome.count);
      return outcome;
    },
    async writePolicy(input) {
      const outcome = await store.writePolicy(input);
      if (outcome.kind === "written") metrics.sessionsEnded("expired", outcome.sessionsEnded);
      return outcome;
    },
    async closeExpired(accountId, sessionId) {
      // Asked each time that somebody presents what has expired, and only the first ends anything.
      const before = await store.readSession(accountId, sessionId);
      await store.closeExpired(accountId, sessionId);
      if (before?.session.endedAt === null) metrics.sessionsEnded("expired", 1);
    },
    async sweep(input) {
      try {
        const outcome = await store.sweep(input);
        metrics.swept("done");
        metrics.sessionsEnded("expired", outcome.expired);
        return outcome;
      } catch (error) {
        metrics.swept("failed");
        throw error;
      }
    },
  };
}

/** A row for one session is one; what is left over is of the row that covers all of a user's. */
function countByFeed(metrics: Counts, feed: readonly FeedRow[], endedCount: number): void {
  let uncounted = endedCount;
  for (const row of feed) {
    if (row.scope !== "session") continue;
    metrics.sessionsEnded(row.reason, 1);
    uncounted -= 1;
  }
  for (const row of feed)
    if (row.scope === "user" && uncounted > 0) metrics.sessionsEnded(row.reason, uncounted);
}
