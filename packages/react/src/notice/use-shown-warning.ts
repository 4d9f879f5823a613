import type { Session } from "@curfew/client";
import { useSession } from "../hooks/use-session.js";
import { useSessionExpiry } from "../hooks/use-session-expiry.js";
import { useTexts } from "../provider/context.js";
import { clockTime } from "../time/clock-time.js";
import { useNow } from "../time/use-now.js";
import { isLastMinute, type TimeLeft, timeLeft } from "./time-left.js";

/** The warning that shows now, down to the second. */
export interface ShownWarning {
  readonly session: Session;
  readonly reason: "idle" | "absolute";
  /** The deadline's clock time. */
  readonly at: string;
  readonly left: TimeLeft;
  readonly isLastMinute: boolean;
  /** The deadline has passed: the server is being asked. */
  readonly isPassed: boolean;
}

const SECOND_MS = 1000;
/** Nothing shows, so that nothing has to tick. */
const RARELY_MS = 60_000;

/** The warning of the nearer deadline while it is near and nobody has put it away; else null. */
export function useShownWarning(): ShownWarning | null {
  const state = useSession();
  const { locale } = useTexts();
  const { warning, reason, expires_at, dismissed } = useSessionExpiry();
  const isShown = warning !== "none" && !dismissed;
  const deadline = expires_at === null ? 0 : Date.parse(expires_at);
  const now = useNow(isShown ? SECOND_MS : RARELY_MS, deadline);
  if (state.status !== "signed_in" || !isShown || reason === null) return null;
  const leftMs = Math.max(0, deadline - now);
  return {
    session: state.session,
    reason,
    at: clockTime(locale, deadline, deadline),
    left: timeLeft(leftMs),
    isLastMinute: isLastMinute(leftMs),
    isPassed: leftMs === 0,
  };
}
