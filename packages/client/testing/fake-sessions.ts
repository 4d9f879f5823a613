import type { Session } from "../src/api/contract.js";
import type { EndReason, SessionEnd } from "../src/api/problem.js";

/** A session of the fake server; times in milliseconds since the Unix epoch. */
export interface StoredSession {
  readonly id: string;
  readonly userId: string;
  readonly startedAt: number;
  /** It began with a proof, so that each refresh needs one. */
  readonly isBound: boolean;
  lastActiveAt: number;
  idleMinutes: number;
  absoluteMinutes: number;
  revoked: { reason: EndReason; at: number } | null;
}

const MINUTE_MS = 60_000;

export const absoluteDeadline = (session: StoredSession): number =>
  session.startedAt + session.absoluteMinutes * MINUTE_MS;

export const idleDeadline = (session: StoredSession): number =>
  Math.min(session.lastActiveAt + session.idleMinutes * MINUTE_MS, absoluteDeadline(session));

/** How the session has ended by `now`; null while it is live. */
export function endOf(session: StoredSession, now: number): SessionEnd | null {
  const idleAt = idleDeadline(session);
  const absoluteAt = absoluteDeadline(session);
  const expiredAt = Math.min(idleAt, absoluteAt);
  if (session.revoked && session.revoked.at < expiredAt)
    return {
      code: "session_revoked",
      reason: session.revoked.reason,
      ended_at: new Date(session.revoked.at).toISOString(),
    };
  if (now < expiredAt) return null;
  const reason = absoluteAt <= idleAt ? "absolute" : "idle";
  return { code: "session_expired", reason, ended_at: new Date(expiredAt).toISOString() };
}

/** The session as sent to the client. */
export const wireSession = (session: StoredSession, now: number): Session => ({
  id: session.id,
  started_at: new Date(session.startedAt).toISOString(),
  last_active_at: new Date(session.lastActiveAt).toISOString(),
  idle_minutes: session.idleMinutes,
  absolute_minutes: session.absoluteMinutes,
  idle_expires_at: new Date(idleDeadline(session)).toISOString(),
  absolute_expires_at: new Date(absoluteDeadline(session)).toISOString(),
  idle_expires_in_ms: Math.max(0, idleDeadline(session) - now),
  absolute_expires_in_ms: Math.max(0, absoluteDeadline(session) - now),
});
