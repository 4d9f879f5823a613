import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deadlinesOf, hasPassed, MINUTE_MS, nearestDeadline } from "../../src/session/deadlines.js";
import { MINUTE, NOW } from "../fixtures.js";

const limits = (idleMinutes: number, absoluteMinutes: number) => ({ idleMinutes, absoluteMinutes });
const minutes = fc.integer({ min: 1, max: 129_600 });

describe("hasPassed", () => {
  test.each([
    [-1, false],
    [0, true],
    [1, true],
  ])("%i ms after the deadline is %s", (afterMs, expected) => {
    expect(hasPassed(NOW, NOW + afterMs)).toBe(expected);
  });
});

describe("deadlinesOf", () => {
  test("counts idle from the last use and absolute from the start", () => {
    expect(MINUTE_MS).toBe(MINUTE);
    expect(deadlinesOf(NOW, NOW + 7, limits(10, 30))).toEqual({
      idleExpiresAt: NOW + 10 * MINUTE + 7,
      absoluteExpiresAt: NOW + 30 * MINUTE,
    });
  });

  test.each([
    [-1, -1],
    [0, 0],
    [1, 0],
  ])("limits the idle deadline to the absolute one: %i ms beyond becomes %i", (beyondMs, limitedMs) => {
    const lastActiveAt = NOW + 20 * MINUTE + beyondMs;
    expect(deadlinesOf(NOW, lastActiveAt, limits(10, 30)).idleExpiresAt).toBe(NOW + 30 * MINUTE + limitedMs);
  });

  test("use never moves the idle deadline earlier or the absolute one at all", () => {
    fc.assert(
      fc.property(minutes, minutes, fc.nat(), fc.nat(), (idle, absolute, used, usedMore) => {
        const before = deadlinesOf(NOW, NOW + used, limits(idle, absolute));
        const after = deadlinesOf(NOW, NOW + used + usedMore, limits(idle, absolute));
        expect(after.idleExpiresAt).toBeGreaterThanOrEqual(before.idleExpiresAt);
        expect(after.absoluteExpiresAt).toBe(before.absoluteExpiresAt);
        expect(after.idleExpiresAt).toBeLessThanOrEqual(after.absoluteExpiresAt);
      }),
    );
  });

  test("smaller limits never move a deadline later", () => {
    fc.assert(
      fc.property(minutes, minutes, minutes, minutes, fc.nat(), (idle, absolute, less, lesser, used) => {
        const before = deadlinesOf(NOW, NOW + used, limits(idle, absolute));
        const smaller = limits(Math.min(idle, less), Math.min(absolute, lesser));
        const after = deadlinesOf(NOW, NOW + used, smaller);
        expect(after.idleExpiresAt).toBeLessThanOrEqual(before.idleExpiresAt);
        expect(after.absoluteExpiresAt).toBeLessThanOrEqual(before.absoluteExpiresAt);
      }),
    );
  });
});

describe("nearestDeadline", () => {
  test.each([
    [-1, "idle"],
    [0, "absolute"],
    [1, "absolute"],
  ] as const)("with idle %i ms after absolute is the %s deadline", (afterMs, reason) => {
    const deadlines = { idleExpiresAt: NOW + afterMs, absoluteExpiresAt: NOW };
    expect(nearestDeadline(deadlines)).toEqual({ at: Math.min(NOW, NOW + afterMs), reason });
  });
});
