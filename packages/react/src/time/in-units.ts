/**
 * Writes a number with its unit, in the right plural.
 *
 * @param width `long` writes '4 minutes', `short` '4 min'
 * @example inUnits("en-GB", 4, "minute") // "4 minutes"
 */
export const inUnits = (
  locale: string,
  value: number,
  unit: "day" | "hour" | "minute" | "second",
  width: "long" | "short" = "long",
): string => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: width }).format(value);
