import type { Texts } from "../texts/texts.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 1440;

const dateFormats = new Map<string, Intl.DateTimeFormat>();
const relativeFormats = new Map<string, Intl.RelativeTimeFormat>();

/** A format that is kept: to make one takes a hundred times as long as to use it. The browser's time zone may change. */
const dateFormat = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  kept(
    dateFormats,
    JSON.stringify([locale, options, new Date().getTimezoneOffset()]),
    () => new Intl.DateTimeFormat(locale, options),
  );

function kept<Value>(values: Map<string, Value>, key: string, make: () => Value): Value {
  const value = values.get(key) ?? make();
  values.set(key, value);
  return value;
}

/** Shorter durations are given in hours, as the standards do: 24 hours, not 1 day. */
const DAYS_FROM_MINUTES = 2 * MINUTES_PER_DAY;

interface DurationPart {
  readonly value: number;
  readonly unit: "day" | "hour" | "minute";
}

/**
 * Splits a duration into days, hours and minutes, without parts that are zero.
 *
 * @param minutes an integer, 0 or more
 * @example durationParts(90) // [{ value: 1, unit: "hour" }, { value: 30, unit: "minute" }]
 */
export function durationParts(minutes: number): DurationPart[] {
  const days = minutes >= DAYS_FROM_MINUTES ? Math.floor(minutes / MINUTES_PER_DAY) : 0;
  const remainingMinutes = minutes - days * MINUTES_PER_DAY;
  const parts: DurationPart[] = [
    { value: days, unit: "day" },
    { value: Math.floor(remainingMinutes / MINUTES_PER_HOUR), unit: "hour" },
    { value: remainingMinutes % MINUTES_PER_HOUR, unit: "minute" },
  ];
  const nonZero = parts.filter(({ value }) => value > 0);
  return nonZero.length > 0 ? nonZero : [{ value: 0, unit: "minute" }];
}

/**
 * Formats a number with its unit.
 *
 * @param display `long` for '4 minutes', `short` for '4 mins'
 * @example formatUnit("en-GB", 4, "minute") // "4 minutes"
 */
export const formatUnit = (
  locale: string,
  value: number,
  unit: "day" | "hour" | "minute" | "second",
  display: "long" | "short" = "long",
): string => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: display }).format(value);

/**
 * Formats a duration.
 *
 * @param minutes an integer, 0 or more
 * @example formatDuration("en-GB", 90) // "1 hour 30 minutes"
 */
export const formatDuration = (locale: string, minutes: number): string =>
  durationParts(minutes)
    .map(({ value, unit }) => formatUnit(locale, value, unit))
    .join(" ");

const RELATIVE_UNITS = [
  { unit: "year", ms: 365 * DAY_MS },
  { unit: "month", ms: 30 * DAY_MS },
  { unit: "day", ms: DAY_MS },
  { unit: "hour", ms: HOUR_MS },
  { unit: "minute", ms: MINUTE_MS },
] as const;

/** Distance from now in one unit, negative in the past. Null below one minute. */
export type RelativeTime = {
  readonly value: number;
  readonly unit: (typeof RELATIVE_UNITS)[number]["unit"];
} | null;

/**
 * Measures the distance from now in the largest unit that fits. Past distances are rounded down, future minutes are
 * rounded up as in a countdown, longer future distances are rounded to the nearest unit.
 *
 * @param atMs milliseconds since the Unix epoch
 * @param nowMs now, on the same clock
 * @example relativeTime(0, 2.5 * 60_000) // { value: -2, unit: "minute" }
 */
export function relativeTime(atMs: number, nowMs: number): RelativeTime {
  const distanceMs = Math.abs(atMs - nowMs);
  const fitting = RELATIVE_UNITS.find(({ ms }) => distanceMs >= ms);
  if (fitting === undefined) return null;
  const { unit, ms } = fitting;
  if (atMs < nowMs) return { value: -Math.floor(distanceMs / ms), unit };
  return { value: unit === "minute" ? Math.ceil(distanceMs / ms) : Math.round(distanceMs / ms), unit };
}

/**
 * Formats the distance from now: '2 days ago', 'in 5 minutes', 'just now'.
 *
 * @param atMs milliseconds since the Unix epoch
 * @param nowMs now, on the same clock
 */
export function formatRelative(texts: Texts, atMs: number, nowMs: number): string {
  const distance = relativeTime(atMs, nowMs);
  if (distance === null) return atMs > nowMs ? texts.time.withinAMinute : texts.time.justNow;
  const format = kept(relativeFormats, texts.locale, () => new Intl.RelativeTimeFormat(texts.locale));
  return format.format(distance.value, distance.unit);
}

/** Beyond this distance a weekday without a date is ambiguous. */
const WEEKDAY_UNTIL_MS = 6 * DAY_MS;

/**
 * Formats a clock time: '14:32' today, 'Tue 14:32' within a week, otherwise with the date.
 *
 * @param atMs milliseconds since the Unix epoch
 * @param nowMs now, on the same clock
 * @param timeZone default: the browser's
 * @example formatClock("en-GB", Date.parse("2026-11-24T14:32:00Z"), Date.now())
 */
export function formatClock(locale: string, atMs: number, nowMs: number, timeZone?: string): string {
  const dayOf = (ms: number) => dateFormat("en-CA", { dateStyle: "short", timeZone }).format(ms);
  const time = dateFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone }).format(atMs);
  if (dayOf(atMs) === dayOf(nowMs)) return time;
  const day: Intl.DateTimeFormatOptions =
    Math.abs(atMs - nowMs) < WEEKDAY_UNTIL_MS ? { weekday: "short" } : { day: "numeric", month: "short" };
  return `${dateFormat(locale, { ...day, timeZone }).format(atMs)} ${time}`;
}

/**
 * Formats the full date and the time to the second.
 *
 * @param atMs milliseconds since the Unix epoch
 * @param timeZone default: the browser's
 */
export const formatExact = (locale: string, atMs: number, timeZone?: string): string =>
  dateFormat(locale, {
    dateStyle: "full",
    timeStyle: "medium",
    timeZone,
  }).format(atMs);
