import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { de } from "../../src/texts/de.js";
import { en } from "../../src/texts/en.js";
import {
  durationParts,
  formatClock,
  formatDuration,
  formatExact,
  formatRelative,
  relativeTime,
} from "../../src/time/format.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("durations", () => {
  const UNIT_MINUTES = { day: 1440, hour: 60, minute: 1 };

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
  ])("%i minutes are formatted as %s", (minutes, expected) => {
    expect(formatDuration("en-GB", minutes)).toBe(expected);
  });

  test("units use the plural of the locale", () => {
    expect(formatDuration("de", 1501)).toBe("25 Stunden 1 Minute");
  });

  test("the parts of any duration add up to it, the longest unit first", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 129_600 }), (minutes) => {
        const parts = durationParts(minutes);
        expect(parts.reduce((sum, { value, unit }) => sum + value * UNIT_MINUTES[unit], 0)).toBe(minutes);
        const sizes = parts.map(({ unit }) => UNIT_MINUTES[unit]);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      }),
    );
  });
});

describe("relative times", () => {
  test.each([
    [-59_999, null],
    [-MINUTE, { value: -1, unit: "minute" }],
    [-(2 * MINUTE - 1), { value: -1, unit: "minute" }],
    [-(HOUR - 1), { value: -59, unit: "minute" }],
    [-HOUR, { value: -1, unit: "hour" }],
    [-(2 * DAY - 1), { value: -1, unit: "day" }],
    [-2 * DAY, { value: -2, unit: "day" }],
    [-29 * DAY, { value: -29, unit: "day" }],
    [-30 * DAY, { value: -1, unit: "month" }],
    [-400 * DAY, { value: -1, unit: "year" }],
  ])("a past time, %i ms from now, is rounded down", (atMs, expected) => {
    expect(relativeTime(atMs, 0)).toEqual(expected);
  });

  test.each([
    [59_999, null],
    [MINUTE, { value: 1, unit: "minute" }],
    [MINUTE + 1, { value: 2, unit: "minute" }],
    [4 * MINUTE, { value: 4, unit: "minute" }],
    [HOUR, { value: 1, unit: "hour" }],
    [23 * HOUR + 59 * MINUTE, { value: 24, unit: "hour" }],
    [3 * DAY - MINUTE, { value: 3, unit: "day" }],
  ])(
    "of a future time, %i ms from now, minutes are rounded up and longer units rounded",
    (atMs, expected) => {
      expect(relativeTime(atMs, 0)).toEqual(expected);
    },
  );

  test("are formatted in the language of the catalogue", () => {
    expect(formatRelative(en, 0, 2 * DAY)).toBe("2 days ago");
    expect(formatRelative(de, 0, 2 * DAY)).toBe("vor 2 Tagen");
    expect(formatRelative(en, 4 * MINUTE, 0)).toBe("in 4 minutes");
  });

  test("below one minute have no number, and differ for past and future", () => {
    expect(formatRelative(en, 1000, 1000)).toBe("just now");
    expect(formatRelative(en, 0, 59_999)).toBe("just now");
    expect(formatRelative(en, 59_999, 0)).toBe("in less than a minute");
    expect(formatRelative(de, 0, 59_999)).toBe("gerade eben");
  });
});

describe("clock times", () => {
  const NOW = Date.parse("2026-11-24T12:00:00Z");
  const at = (time: string): number => Date.parse(time);

  test.each([
    ["2026-11-24T14:32:00Z", "14:32"],
    ["2026-11-24T00:05:00Z", "00:05"],
    ["2026-11-25T09:00:00Z", "Wed 09:00"],
    ["2026-11-23T23:59:00Z", "Mon 23:59"],
    ["2026-11-30T11:59:00Z", "Mon 11:59"],
    ["2026-11-30T12:00:00Z", "30 Nov 12:00"],
    ["2026-12-24T12:00:00Z", "24 Dec 12:00"],
  ])("%s is formatted as %s: only another day is named", (time, expected) => {
    expect(formatClock("en-GB", at(time), NOW, "UTC")).toBe(expected);
  });

  test("the day depends on the time zone", () => {
    expect(formatClock("en-GB", at("2026-11-24T22:30:00Z"), NOW, "Asia/Tokyo")).toBe("Wed 07:30");
    expect(formatClock("en-GB", at("2026-11-24T14:30:00Z"), NOW, "Asia/Tokyo")).toBe("23:30");
  });

  test("the day is formatted in the locale", () => {
    expect(formatClock("de", at("2026-11-25T09:00:00Z"), NOW, "UTC")).toBe("Mi 09:00");
  });

  test("the exact time contains weekday, date and second", () => {
    const exact = formatExact("en-GB", at("2026-11-24T14:32:05Z"), "UTC");
    expect(exact).toContain("Tuesday");
    expect(exact).toContain("24 November 2026");
    expect(exact).toContain("14:32:05");
  });
});

test("a hundred times in words and as exact times need no format each", () => {
  formatExact("en-GB", 0);
  formatRelative(en, 0, DAY);
  const formats = [vi.spyOn(Intl, "DateTimeFormat"), vi.spyOn(Intl, "RelativeTimeFormat")];
  for (let minutes = 0; minutes < 100; minutes += 1) {
    formatExact("en-GB", minutes * MINUTE);
    formatRelative(en, minutes * MINUTE, DAY);
  }
  expect(formats.map((format) => format.mock.calls.length)).toEqual([0, 0]);
  for (const format of formats) format.mockRestore();
});
