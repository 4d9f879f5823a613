export interface DurationPart {
  readonly value: number;
  readonly unit: "day" | "hour" | "minute";
}

const MINUTES_AN_HOUR = 60;
const MINUTES_A_DAY = 1440;
/** Up to here limits are told in hours, as the standards tell them: 24 hours, not 1 day. */
const DAYS_FROM_MINUTES = 2 * MINUTES_A_DAY;

/**
 * Takes a length apart into days, hours and minutes, leaving out what is nought; days only from two on.
 *
 * @param minutes a whole number of minutes, 0 or more
 * @example durationParts(90) // [{ value: 1, unit: "hour" }, { value: 30, unit: "minute" }]
 */
export function durationParts(minutes: number): DurationPart[] {
  const days = minutes >= DAYS_FROM_MINUTES ? Math.floor(minutes / MINUTES_A_DAY) : 0;
  const rest = minutes - days * MINUTES_A_DAY;
  const parts: DurationPart[] = [
    { value: days, unit: "day" },
    { value: Math.floor(rest / MINUTES_AN_HOUR), unit: "hour" },
    { value: rest % MINUTES_AN_HOUR, unit: "minute" },
  ];
  const told = parts.filter(({ value }) => value > 0);
  return told.length > 0 ? told : [{ value: 0, unit: "minute" }];
}
