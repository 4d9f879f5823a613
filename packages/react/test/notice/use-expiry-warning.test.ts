import { expect, test } from "vitest";
import { isLastMinute, timeLeft } from "../../src/notice/use-expiry-warning.js";

test.each([
  [300_000, { value: 5, unit: "minute" }],
  [240_001, { value: 5, unit: "minute" }],
  [240_000, { value: 4, unit: "minute" }],
  [60_001, { value: 2, unit: "minute" }],
  [60_000, { value: 60, unit: "second" }],
  [59_001, { value: 60, unit: "second" }],
  [1, { value: 1, unit: "second" }],
  [0, { value: 0, unit: "second" }],
])("%i ms are shown as %o", (leftMs, expected) => {
  expect(timeLeft(leftMs)).toEqual(expected);
});

test("the last minute begins at 60 seconds", () => {
  expect(isLastMinute(60_001)).toBe(false);
  expect(isLastMinute(60_000)).toBe(true);
});
