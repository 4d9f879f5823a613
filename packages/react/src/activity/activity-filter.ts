import type { EventFilter, EventType } from "@curfew/client";

/** What the trail is filtered by; null or empty: not by that. */
export interface ActivityFilter {
  readonly type: EventType | null;
  readonly person: Person | null;
  /** The first and the last day, as a date field has them: `2026-11-24`. */
  readonly from: string;
  readonly to: string;
}

/** A person whose events are shown. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export const NO_FILTER: ActivityFilter = { type: null, person: null, from: "", to: "" };

/** The filter as a query: the days are those of the browser's time zone, both included. */
export function queryOf({ type, person, from, to }: ActivityFilter): EventFilter {
  const start = startOfDay(from, 0);
  const end = startOfDay(to, 1);
  return {
    ...(type && { type }),
    ...(person && { user_id: person.id }),
    ...(start && { from: start }),
    ...(end && { to: end }),
  };
}

/** RFC 3339; null without a day. Days are added to the date, since some have 23 or 25 hours. */
function startOfDay(day: string, daysLater: number): string | null {
  const [year, month, date] = day.split("-").map(Number);
  if (year === undefined || month === undefined || date === undefined) return null;
  const start = new Date(0);
  // The constructor takes the years up to 99 for those of the last century.
  start.setFullYear(year, month - 1, date + daysLater);
  start.setHours(0, 0, 0, 0);
  return start.toISOString();
}
