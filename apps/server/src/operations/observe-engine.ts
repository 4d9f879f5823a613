import { type Curfew, type FeedRow, isCurfewError, type RefreshedSession, type Store } from "@curfew/core";
import type { Metrics } from "./metrics.js";

/** Wraps an engine so that refreshes are counted by result. */
export function observeRefreshes<HostStatements>(
  curfew: Curfew<HostStatements>,
  metrics: Pick<Metrics, "countRefresh">,
): Curfew<HostStatements> {
  return {
    ...curfew,
    sessions: {
      ...curfew.sessions,
      async refresh(refreshToken, options) {
        try {
          const grant = await curfew.sessions.refresh(refreshToken, options);
          metrics.countRefresh("granted");
          return grant;
        } catch (error) {
          metrics.countRefresh(isCurfewError(error) ? error.code : "failed");
          throw error;
        }
      },
    },
  };
}

type StoreMetrics = Pick<Metrics, "countRotation" | "countEndedSessions" | "countSweep">;

/**
 * Wraps a store so that rotations, sweeps and ended sessions (by reason) are counted. Sessions that end because their user is
 * disabled are not counted: the store does not return their number.
 */
export function observeStore<HostStatements>(
  store: Store<HostStatements>,
  metrics: StoreMetrics,
): Store<HostStatements> {
  return {
    ...store,
    refreshSession: async (input) => countRotation(metrics, await store.refreshSession(input)),
    refreshAndNote: async (input) => countRotation(metrics, await store.refreshAndNote(input)),
    async startSession(input) {
      const outcome = await store.startSession(input);
      if (outcome.kind === "started") countByFeed(metrics, outcome.feed, outcome.endedCount);
      return outcome;
    },
    async endSession(input) {
      const outcome = await store.endSession(input);
      if (outcome.kind === "ended") metrics.countEndedSessions(input.reason, 1);
      return outcome;
    },
    async revokeAccount(input) {
      const outcome = await store.revokeAccount(input);
      if (outcome.kind === "revoked") metrics.countEndedSessions(input.reason, outcome.count);
      return outcome;
    },
    async revokeUser(input) {
      const outcome = await store.revokeUser(input);
      if (outcome.kind === "revoked") metrics.countEndedSessions(input.reason, outcome.count);
      return outcome;
    },
    async writePolicy(input) {
      const outcome = await store.writePolicy(input);
      // `sweep` counts the ends that it stores later.
      if (outcome.kind === "written") metrics.countEndedSessions("expired", outcome.endsStored);
      return outcome;
    },
    async closeExpired(accountId, sessionId) {
      const outcome = await store.closeExpired(accountId, sessionId);
      if (outcome.kind === "ended" && outcome.closed) metrics.countEndedSessions("expired", 1);
      return outcome;
    },
    async sweep(input) {
      try {
        const outcome = await store.sweep(input);
        metrics.countSweep("done");
        metrics.countEndedSessions("expired", outcome.expired);
        return outcome;
      } catch (error) {
        metrics.countSweep("failed");
        throw error;
      }
    },
  };
}

function countRotation(metrics: StoreMetrics, refreshed: RefreshedSession | null): RefreshedSession | null {
  // A statement that rotates the token sets `rotatedAt` to its own time.
  if (refreshed !== null && refreshed.session.rotatedAt === refreshed.now) metrics.countRotation();
  return refreshed;
}

/** A `session` row is one ended session. A `user` row covers the ended sessions without a row of their own. */
function countByFeed(metrics: StoreMetrics, feed: readonly FeedRow[], endedCount: number): void {
  let uncounted = endedCount;
  for (const row of feed) {
    if (row.scope !== "session") continue;
    metrics.countEndedSessions(row.reason, 1);
    uncounted -= 1;
  }
  for (const row of feed)
    if (row.scope === "user" && uncounted > 0) metrics.countEndedSessions(row.reason, uncounted);
}
