const DAY_MS = 86_400_000;
/** Further off than this a weekday alone could mean another week's. */
const WEEKDAY_UNTIL_MS = 6 * DAY_MS;

const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };

/**
 * Writes a moment as a clock time in the person's time zone: '14:32' today, 'Tue 14:32' within a week, else with the
 * date.
 *
 * @param atMs the moment, milliseconds since the Unix epoch
 * @param nowMs now, on the same clock
 * @param timeZone the person's unless told
 * @example clockTime("en-GB", Date.parse("2026-11-24T14:32:00Z"), Date.now())
 */
export function clockTime(locale: string, atMs: number, nowMs: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const dayOf = (ms: number) => new Intl.DateTimeFormat("en-CA", { dateStyle: "short", ...zone }).format(ms);
  const time = new Intl.DateTimeFormat(locale, { ...CLOCK, ...zone }).format(atMs);
  if (dayOf(atMs) === dayOf(nowMs)) return time;
  const day: Intl.DateTimeFormatOptions =
    Math.abs(atMs - nowMs) < WEEKDAY_UNTIL_MS ? { weekday: "short" } : { day: "numeric", month: "short" };
  return `${new Intl.DateTimeFormat(locale, { ...day, ...zone }).format(atMs)} ${time}`;
}

/**
 * Writes a moment in full, to the second, in the person's time zone.
 *
 * @param atMs milliseconds since the Unix epoch
 */
export const exactTime = (locale: string, atMs: number, timeZone?: string): string =>
  new Intl.DateTimeFormat(locale, {
    dateStyle: "full",
    timeStyle: "medium",
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs);
