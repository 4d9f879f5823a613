const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/**
 * A count with its noun in the singular or plural.
 *
 * @example formatCount(1, "session") // "1 session"
 */
export const formatCount = (count: number, noun: string): string =>
  `${count} ${new Intl.PluralRules("en").select(count) === "one" ? noun : `${noun}s`}`;

/** A duration in seconds or minutes, rounded up: '40 seconds', '1 minute'. */
export const formatDuration = (ms: number): string =>
  ms < MINUTE_MS
    ? formatCount(Math.max(1, Math.ceil(ms / SECOND_MS)), "second")
    : formatCount(Math.ceil(ms / MINUTE_MS), "minute");

/**
 * A time in the user's time zone: 'at 14:32', or 'on 23 November at 14:32' on another day than now.
 *
 * @param atMs milliseconds since the Unix epoch
 * @param nowMs the server's time, milliseconds since the Unix epoch
 */
export function formatTime(atMs: number, nowMs: number): string {
  // Created here because creating formats at module level would delay the page load.
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(atMs);
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
  return day.format(atMs) === day.format(nowMs) ? `at ${time}` : `on ${day.format(atMs)} at ${time}`;
}
