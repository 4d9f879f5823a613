import type { Session } from "../api/contract.js";
import { HALF_MINUTE_MS, NEW_DEADLINE_MS } from "./durations.js";
import type { Expiry } from "./model.js";

/** The session's nearer deadline. The timestamps have the same length and are in UTC, so they compare as text. */
export function nearerDeadline(session: Session) {
  const reason = session.absolute_expires_at <= session.idle_expires_at ? "absolute" : "idle";
  return { reason, expires_at: session[`${reason}_expires_at`] } as const;
}

/**
 * Decides whether to warn of the session's nearer deadline.
 *
 * @param nowMs the server's time, milliseconds since the Unix epoch
 * @param warningMs how long before the deadline to warn, in milliseconds; at most half of the limit counts
 * @param dismissedDeadline the deadline whose warning the user dismissed
 * @param isActive the user is active and a refresh will report it, which keeps the idle warning from appearing
 * @param shown the expiry that the page shows; its warning stays until the server has answered
 */
export function expiryOf(
  session: Session,
  nowMs: number,
  warningMs: number,
  dismissedDeadline: string | null | undefined,
  isActive: boolean,
  shown: Expiry | null,
): Expiry {
  const { reason, expires_at } = nearerDeadline(session);
  const warning_ms = Math.min(warningMs, session[`${reason}_minutes`] * HALF_MINUTE_MS);
  const deadlineMs = Date.parse(expires_at);
  const remaining_ms = Math.max(0, deadlineMs - nowMs);
  const isShown = shown?.warning === "soon" && shown.expires_at === expires_at;
  const isSuppressed = isActive && !isShown && reason === "idle" && remaining_ms > 0;
  const isNear = remaining_ms <= warning_ms && !isSuppressed;
  return {
    warning: !isNear ? "none" : remaining_ms > 0 ? "soon" : "now",
    reason: isNear ? reason : null,
    remaining_ms,
    expires_at,
    warning_ms,
    dismissed: deadlineMs < Date.parse(dismissedDeadline as string) + NEW_DEADLINE_MS,
  };
}
