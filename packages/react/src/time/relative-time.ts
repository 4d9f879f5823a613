const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From the longest on; `ms` in milliseconds. */
const UNITS = [
  { unit: "year", ms: 365 * DAY },
  { unit: "month", ms: 30 * DAY },
  { unit: "day", ms: DAY },
  { unit: "hour", ms: HOUR },
  { unit: "minute", ms: MINUTE },
] as const;

/** How far a moment lies from now, in whole units; negative in the past. Null within a minute. */
export type RelativeTime = { readonly value: number; readonly unit: (typeof UNITS)[number]["unit"] } | null;

/**
 * Tells how far a moment lies from now, in the largest unit that fits: what has passed counts in whole units that are
 * over, minutes to come in those that have begun, as a countdown does, and longer ones to come are rounded.
 *
 * @param atMs the moment, milliseconds since the Unix epoch
 * @param nowMs now, on the same clock
 * @example relativeTime(0, 2.5 * 60_000) // { value: -2, unit: "minute" }
 */
export function relativeTime(atMs: number, nowMs: number): RelativeTime {
  const distanceMs = Math.abs(atMs - nowMs);
  const found = UNITS.find(({ ms }) => distanceMs >= ms);
  if (found === undefined) return null;
  const { unit, ms } = found;
  if (atMs < nowMs) return { value: -Math.floor(distanceMs / ms), unit };
  return { value: unit === "minute" ? Math.ceil(distanceMs / ms) : Math.round(distanceMs / ms), unit };
}
