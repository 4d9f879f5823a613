import type { Expiry, SessionState } from "@curfew/client";

/** The default time of a fake session's clock, milliseconds since the Unix epoch. */
export const FAKE_NOW_MS = Date.parse("2026-11-24T12:00:00.000Z");

type SignedIn = Extract<SessionState, { status: "signed_in" }>;

/** The times of a session, in milliseconds relative to now. */
export interface SignedInTimes {
  nowMs?: number;
  startedAgoMs?: number;
  activeAgoMs?: number;
  idleInMs?: number;
  absoluteInMs?: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WARNING_MS = 5 * MINUTE_MS;

/**
 * Creates the state of a signed-in session: the owner Ada, signed in an hour ago, active now, Standard policy.
 *
 * @param times in milliseconds; the nearer deadline determines the warning
 * @param changes overrides of the state
 * @example session.setState(signedIn({ idleInMs: 240_000 }));
 */
export function signedIn(times: SignedInTimes = {}, changes: Partial<SignedIn> = {}): SignedIn {
  const { nowMs = FAKE_NOW_MS, startedAgoMs = HOUR_MS, activeAgoMs = 0 } = times;
  const { idleInMs = HOUR_MS, absoluteInMs = 23 * HOUR_MS } = times;
  const at = (ms: number) => new Date(ms).toISOString();
  return {
    status: "signed_in",
    user: {
      id: "ada",
      name: "Ada Lovelace",
      email: "ada@example.com",
      role: "owner",
      account: { id: "acme", name: "Acme" },
    },
    session: {
      id: "session-1",
      started_at: at(nowMs - startedAgoMs),
      last_active_at: at(nowMs - activeAgoMs),
      idle_minutes: Math.round((idleInMs + activeAgoMs) / MINUTE_MS),
      absolute_minutes: Math.round((absoluteInMs + startedAgoMs) / MINUTE_MS),
      idle_expires_at: at(nowMs + idleInMs),
      absolute_expires_at: at(nowMs + absoluteInMs),
      idle_expires_in_ms: idleInMs,
      absolute_expires_in_ms: absoluteInMs,
    },
    expiry: expiryIn(nowMs, idleInMs, absoluteInMs),
    reconnecting: false,
    needs_sign_in: false,
    ...changes,
  };
}

function expiryIn(nowMs: number, idleInMs: number, absoluteInMs: number): Expiry {
  const leftMs = Math.min(idleInMs, absoluteInMs);
  const isNear = leftMs <= WARNING_MS;
  return {
    warning: !isNear ? "none" : leftMs > 0 ? "soon" : "now",
    reason: !isNear ? null : idleInMs < absoluteInMs ? "idle" : "absolute",
    remaining_ms: Math.max(0, leftMs),
    expires_at: new Date(nowMs + leftMs).toISOString(),
    warning_ms: WARNING_MS,
    dismissed: false,
  };
}
