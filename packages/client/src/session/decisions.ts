import type { ActivityLog } from "./activity-log.js";
import { ACTIVITY_REFRESH_MS, CHECK_INTERVAL_MS } from "./durations.js";
import type { Expiry, SessionState } from "./model.js";
import type { Refresher } from "./refresher.js";
import type { LiveSession, SessionStore } from "./session-store.js";

/**
 * Whether the idle warning is shown and a refresh would end it. If it is shown within a minute of the last activity, the
 * idle timeout is hardly longer than the warning time, and a refresh would not.
 */
export const canEndIdleWarning = ({ live }: SessionStore, expiry: Expiry | null, nowMs: number): boolean =>
  expiry?.reason === "idle" &&
  nowMs - Date.parse((live as LiveSession).session.last_active_at) >= ACTIVITY_REFRESH_MS;

/** Whether to refresh although no call needs a token. */
export function isRefreshNeeded(
  store: SessionStore,
  refresher: Refresher,
  activity: ActivityLog,
  expiry: Expiry | null,
  nowMs: number,
): boolean {
  if (!store.live) return !store.signedOut;
  if (store.deferMs() > 0) return false;
  if (expiry?.warning === "now") return true;
  if (store.needs_sign_in) return false;
  if (store.isStale || refresher.dueMs() === 0) return true;
  return activity.unreported() && canEndIdleWarning(store, expiry, nowMs);
}

/** The state shown to the application. */
export const stateOf = (
  { live, signedOut, needs_sign_in }: SessionStore,
  expiry: Expiry | null,
  reconnecting: boolean,
): SessionState =>
  live && expiry
    ? { status: "signed_in", user: live.user, session: live.session, expiry, reconnecting, needs_sign_in }
    : (signedOut ?? { status: "loading", reconnecting });

/** Milliseconds until the next check: the shortest positive time until the warning, the deadline or the end of a wait. */
export function nextCheckMs(expiry: Expiry | null, warningMs: number, ...waitsMs: number[]): number {
  const remainingMs = expiry?.remaining_ms ?? 0;
  const candidates = [remainingMs - warningMs, remainingMs, ...waitsMs];
  return Math.ceil(Math.min(CHECK_INTERVAL_MS, ...candidates.filter((ms) => ms > 0)));
}
