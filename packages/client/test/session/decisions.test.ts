import { describe, expect, test } from "vitest";
import { nextCheckMs } from "../../src/session/decisions.js";
import type { Expiry } from "../../src/session/model.js";
import { HOUR, MINUTE, SECOND } from "./context.js";

const WARNING = 5 * MINUTE;

const expiryIn = (remaining_ms: number): Expiry => ({
  warning: "none",
  reason: null,
  remaining_ms,
  warning_ms: WARNING,
  expires_at: "2026-11-02T12:00:00.000Z",
  dismissed: false,
});

describe("the next check", () => {
  test("is due within thirty seconds, with or without a session", () => {
    expect(nextCheckMs(expiryIn(HOUR))).toBe(30 * SECOND);
    expect(nextCheckMs(null)).toBe(30 * SECOND);
  });

  test("is due exactly at the warning and at the deadline", () => {
    expect(nextCheckMs(expiryIn(WARNING + 1))).toBe(1);
    expect(nextCheckMs(expiryIn(WARNING))).toBe(30 * SECOND);
    expect(nextCheckMs(expiryIn(1))).toBe(1);
  });

  test("is due at the earliest other wait, rounded up, if that is positive", () => {
    expect(nextCheckMs(null, 20, 7.2, 0, -5, Number.POSITIVE_INFINITY)).toBe(8);
  });
});
