import fc from "fast-check";
import { expect, test } from "vitest";
import { durationParts } from "../../src/time/duration-parts.js";
import { inUnits } from "../../src/time/in-units.js";

const MINUTES = { day: 1440, hour: 60, minute: 1 };
const words = (minutes: number, locale = "en-GB") =>
  durationParts(minutes)
    .map(({ value, unit }) => inUnits(locale, value, unit))
    .join(" ");

test.each([
  [0, "0 minutes"],
  [1, "1 minute"],
  [15, "15 minutes"],
  [60, "1 hour"],
  [90, "1 hour 30 minutes"],
  [720, "12 hours"],
  [1440, "24 hours"],
  [2879, "47 hours 59 minutes"],
  [2880, "2 days"],
  [2941, "2 days 1 hour 1 minute"],
  [43_200, "30 days"],
])("%i minutes are told as %s", (minutes, expected) => {
  expect(words(minutes)).toBe(expected);
});

test("the units take the plural of the language", () => {
  expect(words(1501, "de")).toBe("25 Stunden 1 Minute");
});

test("the parts of any length add up to it, the longest first", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 129_600 }), (minutes) => {
      const parts = durationParts(minutes);
      expect(parts.reduce((sum, { value, unit }) => sum + value * MINUTES[unit], 0)).toBe(minutes);
      const sizes = parts.map(({ unit }) => MINUTES[unit]);
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }),
  );
});
