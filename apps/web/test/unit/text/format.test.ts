import { describe, expect, it } from "vitest";
import { formatDuration, formatTime } from "../../../src/text/format.js";

const HOUR_MS = 3_600_000;

describe("formatDuration", () => {
  it.each([
    [0, "1 second"],
    [1, "1 second"],
    [1_001, "2 seconds"],
    [59_999, "60 seconds"],
    [60_000, "1 minute"],
    [60_001, "2 minutes"],
    [900_000, "15 minutes"],
  ])("formats %i ms as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe("formatTime", () => {
  const noon = new Date(2026, 10, 24, 12, 0).getTime();
  it.each([
    [2 * HOUR_MS, "at 10:00"],
    [-3 * HOUR_MS, "at 15:00"],
    [13 * HOUR_MS, "on 23 November at 23:00"],
    [24 * HOUR_MS, "on 23 November at 12:00"],
  ])("formats %i ms ago as %s", (agoMs, text) => {
    expect(formatTime(noon - agoMs, noon)).toBe(text);
  });
});
