import { expect, test } from "vitest";
import { de } from "../../src/texts/de.js";
import { en } from "../../src/texts/en.js";
import { relativeTime } from "../../src/time/relative-time.js";
import { relativeWords } from "../../src/time/relative-words.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

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
])("what happened %i ms from now counts only units that are over", (atMs, expected) => {
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
])("what is %i ms away counts minutes as a countdown does and rounds the rest", (atMs, expected) => {
  expect(relativeTime(atMs, 0)).toEqual(expected);
});

test("a moment is told in the words of the catalogue's language", () => {
  expect(relativeWords(en, 0, 2 * DAY)).toBe("2 days ago");
  expect(relativeWords(de, 0, 2 * DAY)).toBe("vor 2 Tagen");
  expect(relativeWords(en, 4 * MINUTE, 0)).toBe("in 4 minutes");
});

test("within a minute no number is told, and past and future are told apart", () => {
  expect(relativeWords(en, 1000, 1000)).toBe("just now");
  expect(relativeWords(en, 0, 59_999)).toBe("just now");
  expect(relativeWords(en, 59_999, 0)).toBe("in less than a minute");
  expect(relativeWords(de, 0, 59_999)).toBe("gerade eben");
});
