import { currentLocale, t } from "./translate.js";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** A duration in seconds or minutes, rounded up: '40 seconds', '1 minute'. */
export const formatDuration = (ms: number): string =>
  ms < MINUTE_MS
    ? formatUnit(Math.max(1, Math.ceil(ms / SECOND_MS)), "second")
    : formatUnit(Math.ceil(ms / MINUTE_MS), "minute");

const formatUnit = (value: number, unit: "second" | "minute"): string =>
  new Intl.NumberFormat(currentLocale(), { style: "unit", unit, unitDisplay: "long" }).format(value);

/**
 * A time in the user's time zone: 'at 14:32', or 'on 23 November at 14:32' on another day than now.
 *
 * @param atMs milliseconds since the Unix epoch
 * @param nowMs the server's time, milliseconds since the Unix epoch
 */
export function formatTime(atMs: number, nowMs: number): string {
  // Created here because creating formats at module level would delay the page load.
  const time = new Intl.DateTimeFormat(currentLocale(), { hour: "2-digit", minute: "2-digit" }).format(atMs);
  const days = new Intl.DateTimeFormat(currentLocale(), { day: "numeric", month: "long" });
  const day = days.format(atMs);
  return day === days.format(nowMs) ? t("at {time}", { time }) : t("on {day} at {time}", { day, time });
}
