import type { Session } from "@curfew/client";
import { useTexts } from "../session/context.js";
import { useSession, useSessionExpiry } from "../session/use-session.js";
import { formatClock } from "../time/format.js";
import { useNow } from "../time/use-now.js";

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** The remaining time as the notice shows it: in minutes, in the last minute in seconds. */
interface TimeLeft {
  readonly value: number;
  readonly unit: "minute" | "second";
}

/**
 * Rounds the remaining time up, so that it shows '1 second' until the deadline.
 *
 * @param leftMs milliseconds, 0 or more
 * @example timeLeft(239_500) // { value: 4, unit: "minute" }
 */
export const timeLeft = (leftMs: number): TimeLeft =>
  isLastMinute(leftMs)
    ? { value: Math.ceil(leftMs / SECOND_MS), unit: "second" }
    : { value: Math.ceil(leftMs / MINUTE_MS), unit: "minute" };

export const isLastMinute = (leftMs: number): boolean => leftMs <= MINUTE_MS;

/** The warning that the notice shows, to the second. */
export interface ExpiryWarning {
  readonly session: Session;
  readonly reason: "idle" | "absolute";
  /** The deadline as a clock time. */
  readonly at: string;
  readonly left: TimeLeft;
  readonly isLastMinute: boolean;
  /** Whether the deadline has passed; the client is asking the server. */
  readonly isPassed: boolean;
}

/** The warning about the nearer deadline; null while it is not near or after it was dismissed. */
export function useExpiryWarning(): ExpiryWarning | null {
  const state = useSession();
  const { locale } = useTexts();
  const { warning, reason, expires_at, dismissed } = useSessionExpiry();
  const isShown = warning !== "none" && !dismissed;
  const deadlineMs = expires_at === null ? 0 : Date.parse(expires_at);
  const nowMs = useNow(isShown ? SECOND_MS : MINUTE_MS, deadlineMs);
  if (state.status !== "signed_in" || !isShown || reason === null) return null;
  const leftMs = Math.max(0, deadlineMs - nowMs);
  return {
    session: state.session,
    reason,
    at: formatClock(locale, deadlineMs, deadlineMs),
    left: timeLeft(leftMs),
    isLastMinute: isLastMinute(leftMs),
    isPassed: leftMs === 0,
  };
}
