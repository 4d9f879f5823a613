import type { ActivityLog } from "./activity-log.js";
import { CHECK_INTERVAL_MS } from "./durations.js";
import type { Expiry, SessionState } from "./model.js";
import type { Refresher } from "./refresher.js";
import type { SessionStore } from "./session-store.js";

/**
 * Whether to refresh although no call needs a token.
 *
 * @param isAsking whether the server is to be asked before a warning
 */
export function isRefreshNeeded(
  store: SessionStore,
  refresher: Refresher,
  activity: ActivityLog,
  expiry: Expiry | null,
  isAsking: boolean,
): boolean {
  if (!store.live) return !store.signedOut || store.isStale;
  if (store.deferMs() > 0) return false;
  return (
    expiry?.warning === "now" ||
    (!store.needs_sign_in &&
      (isAsking ||
        store.isStale ||
        refresher.isFailing() ||
        refresher.dueMs() === 0 ||
        // The warning begins at half of the limit at the earliest, so that a refresh ends it.
        (activity.unreported() && expiry?.reason === "idle")))
  );
}

/** The state shown to the application. */
export function stateOf(
  { live, signedOut, needs_sign_in, storage_trouble }: SessionStore,
  expiry: Expiry | null,
  reconnecting: boolean,
): SessionState {
  const trouble = { reconnecting, storage_trouble };
  if (!live || !expiry) return signedOut ?? { status: "loading", ...trouble };
  const { user, session } = live;
  return { status: "signed_in", user, session, expiry, needs_sign_in, ...trouble };
}

/** Milliseconds until the next check: the shortest positive time until the warning, the deadline or the end of a wait. */
export function nextCheckMs(expiry: Expiry | null, ...waitsMs: number[]): number {
  const { remaining_ms = 0, warning_ms = 0 } = expiry ?? {};
  const candidates = [CHECK_INTERVAL_MS, remaining_ms, remaining_ms - warning_ms, ...waitsMs];
  return Math.ceil(Math.min(...candidates.filter((ms) => ms > 0)));
}
