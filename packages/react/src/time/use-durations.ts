import { useMemo } from "react";
import { useTexts } from "../provider/context.js";
import { durationParts } from "./duration-parts.js";
import { inUnits } from "./in-units.js";

/**
 * Writes lengths in plain words of the texts' language.
 *
 * @returns what writes a whole number of minutes: '12 hours', '1 hour 30 minutes'
 * @example useDurations()(90) // "1 hour 30 minutes"
 */
export function useDurations(): (minutes: number) => string {
  const { locale } = useTexts();
  return useMemo(
    () => (minutes) =>
      durationParts(minutes)
        .map(({ value, unit }) => inUnits(locale, value, unit))
        .join(" "),
    [locale],
  );
}
