import { hasPassed, nearestDeadline } from "./deadlines.js";
import { isExpiryReason, type SessionFate, type SessionSnapshot } from "./model.js";

/**
 * What became of a session. The one place that knows the states: what happened first wins, and what
 * was written stays.
 *
 * @example fateOf(snapshot).state // "live"
 */
export function fateOf(snapshot: Pick<SessionSnapshot, "session" | "epochEnd" | "now">): SessionFate {
  const { session, epochEnd, now } = snapshot;
  if (session.endedAt !== null && session.endReason !== null)
    return isExpiryReason(session.endReason)
      ? { state: "expired", reason: session.endReason, endedAt: session.endedAt }
      : { state: "revoked", reason: session.endReason, endedAt: session.endedAt };
  const deadline = nearestDeadline(session);
  if (epochEnd !== null && !hasPassed(deadline.at, epochEnd.at))
    return { state: "revoked", reason: epochEnd.reason, endedAt: epochEnd.at };
  if (epochEnd !== null || hasPassed(deadline.at, now))
    return { state: "expired", reason: deadline.reason, endedAt: deadline.at };
  return { state: "live" };
}
