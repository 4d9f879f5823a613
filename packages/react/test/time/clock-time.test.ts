import { expect, test } from "vitest";
import { clockTime, exactTime } from "../../src/time/clock-time.js";

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
])("%s is told as %s, with the day only where it is another", (time, expected) => {
  expect(clockTime("en-GB", at(time), NOW, "UTC")).toBe(expected);
});

test("which day it is follows the person's time zone", () => {
  expect(clockTime("en-GB", at("2026-11-24T22:30:00Z"), NOW, "Asia/Tokyo")).toBe("Wed 07:30");
  expect(clockTime("en-GB", at("2026-11-24T14:30:00Z"), NOW, "Asia/Tokyo")).toBe("23:30");
});

test("the language writes it its own way", () => {
  expect(clockTime("de", at("2026-11-25T09:00:00Z"), NOW, "UTC")).toBe("Mi 09:00");
});

test("the exact time tells weekday, date and second", () => {
  const exact = exactTime("en-GB", at("2026-11-24T14:32:05Z"), "UTC");
  expect(exact).toContain("Tuesday");
  expect(exact).toContain("24 November 2026");
  expect(exact).toContain("14:32:05");
});
