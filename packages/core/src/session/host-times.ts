import type { FieldFault } from "../errors.js";
import type { HostTimes } from "../store-governed.js";
import { MINUTE_MS } from "./deadlines.js";

/** What a host says of the times of a session that it issued, in milliseconds since the Unix epoch. */
export interface HostSaid {
  readonly startedAt: number;
  readonly authenticatedAt?: number | undefined;
  readonly lastActiveAt?: number | undefined;
  readonly notAfter?: number | undefined;
}

export const hostMomentsOf = ({
  startedAt,
  authenticatedAt,
  lastActiveAt,
  notAfter,
}: HostSaid): HostSaid => ({
  startedAt,
  authenticatedAt,
  lastActiveAt,
  notAfter,
});

/** A host's clock may be ahead of the database's by as much. */
const CLOCK_LEEWAY_MS = MINUTE_MS;
/** A session that is first seen later than this after its start is adopted: nobody signed in just now. */
const SIGN_IN_MS = MINUTE_MS;

/**
 * The times that the store begins a session with.
 *
 * @param governedSince the absolute lifetime of a session that began before counts from here; null for none
 * @param now the database's clock; what lies ahead of it counts as now
 */
export function hostTimesOf(said: HostSaid, governedSince: number | null, now: number): HostTimes {
  const startedAt = Math.min(said.startedAt, now);
  return {
    startedAt,
    authenticatedAt: Math.min(said.authenticatedAt ?? startedAt, now),
    lastActiveAt: said.lastActiveAt ?? null,
    absoluteFrom: governedSince !== null && startedAt < governedSince ? governedSince : null,
    notAfter: said.notAfter ?? null,
  };
}

export function orderFaults({ startedAt, notAfter }: HostSaid): readonly FieldFault[] {
  if (notAfter === undefined || !(notAfter < startedAt)) return [];
  return [{ field: "notAfter", code: "invalid_value", message: "Must not be before startedAt." }];
}

/** The faults of moments that lie further in the future than the clocks can differ. */
export function futureFaults(said: HostSaid, now: number): readonly FieldFault[] {
  const latest = now + CLOCK_LEEWAY_MS;
  return (["startedAt", "authenticatedAt"] as const).flatMap((field): FieldFault[] => {
    const moment = said[field];
    if (moment === undefined || moment <= latest) return [];
    const message = "Must not be more than a minute in the future.";
    return [{ field, code: "out_of_range", message, max: latest }];
  });
}

/** Whether a session is adopted, since it began before anything that could be a sign-in now. */
export const isAdoption = (startedAt: number, now: number): boolean => now - startedAt > SIGN_IN_MS;

/**
 * Until when the row of an ended governed session is kept, so that no late first sight revives it.
 *
 * @param absoluteMinutesMax the longest absolute lifetime that the operator allows, in minutes
 */
export const keepUntilOf = ({ startedAt, absoluteFrom }: HostTimes, absoluteMinutesMax: number): number =>
  (absoluteFrom ?? startedAt) + absoluteMinutesMax * MINUTE_MS;
