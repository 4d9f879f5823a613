import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  deadlinesOf,
  hasPassed,
  lastActiveAfterUse,
  MINUTE_MS,
  nearestDeadline,
} from "../../src/session/deadlines.js";
import { MINUTE, NOW } from "../support/fixtures.js";

const limits = (idleMinutes: number, absoluteMinutes: number) => ({ idleMinutes, absoluteMinutes });
const minutes = fc.integer({ min: 1, max: 129_600 });

describe("hasPassed", () => {
  test.each([
    [-1, false],
    [0, true],
    [1, true],
  ])("says of a deadline, %i ms after it, %s", (afterMs, passed) => {
    expect(hasPassed(NOW, NOW + afterMs)).toBe(passed);
  });
});

describe("deadlinesOf", () => {
  test("counts idle from the last use and the rest from the start, in minutes", () => {
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
  ])("puts the idle deadline no later than the absolute one: %i ms beyond it is %i", (beyondMs, heldMs) => {
    const lastActiveAt = NOW + 20 * MINUTE + beyondMs;
    expect(deadlinesOf(NOW, lastActiveAt, limits(10, 30)).idleExpiresAt).toBe(NOW + 30 * MINUTE + heldMs);
  });

  test("moves neither deadline back by use, nor the absolute one at all", () => {
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

  test("moves neither deadline later by smaller limits", () => {
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
  ] as const)("with idle %i ms after the absolute deadline, is the %s one", (afterMs, reason) => {
    const deadlines = { idleExpiresAt: NOW + afterMs, absoluteExpiresAt: NOW };
    expect(nearestDeadline(deadlines)).toEqual({ at: Math.min(NOW, NOW + afterMs), reason });
  });
});

describe("lastActiveAfterUse", () => {
  test.each([
    [0, 0, 0],
    [5000, 0, 5000],
    [5000, 4999, 1],
    [5000, 5000, 0],
    [5000, 5001, 0],
    [5000, 2_000_000_000_000, 0],
    [-5000, 0, 0],
  ])("%i ms later and %i ms after the person was there, is %i ms later", (laterMs, idleForMs, movedMs) => {
    expect(lastActiveAfterUse({ lastActiveAt: NOW }, NOW + laterMs, idleForMs)).toBe(NOW + movedMs);
  });
});
