import { describe, expect, test } from "vitest";
import type { Session } from "../../src/api/contract.js";
import { expiryOf, nearerDeadline } from "../../src/session/expiry.js";
import { HOUR, MINUTE, SECOND } from "./context.js";

const NOON = Date.parse("2026-11-02T12:00:00.000Z");
const WARNING = 5 * MINUTE;
const at = (ms: number): string => new Date(ms).toISOString();

/** A session with its deadlines relative to noon. */
const session = (idleMs: number, absoluteMs: number): Session => ({
  id: "a session",
  started_at: at(NOON),
  last_active_at: at(NOON),
  idle_minutes: 60,
  absolute_minutes: 1440,
  idle_expires_at: at(NOON + idleMs),
  absolute_expires_at: at(NOON + absoluteMs),
  idle_expires_in_ms: idleMs,
  absolute_expires_in_ms: absoluteMs,
});
const expiryAtNoon = (idleMs: number, absoluteMs: number, isActive = false) =>
  expiryOf(session(idleMs, absoluteMs), NOON, WARNING, null, isActive, null);

describe("the nearer deadline", () => {
  test("is the earlier one", () => {
    expect(expiryAtNoon(MINUTE, 2 * MINUTE)).toMatchObject({ reason: "idle", expires_at: at(NOON + MINUTE) });
    expect(expiryAtNoon(2 * MINUTE, MINUTE)).toMatchObject({
      reason: "absolute",
      expires_at: at(NOON + MINUTE),
    });
  });

  test("is the absolute one if both are equal", () => {
    expect(expiryAtNoon(MINUTE, MINUTE).reason).toBe("absolute");
  });
});

describe("the warning", () => {
  test.each([
    [WARNING + 1, "none", null],
    [WARNING, "soon", "idle"],
    [1, "soon", "idle"],
    [0, "now", "idle"],
    [-1, "now", "idle"],
  ])("with %i ms left is %s", (leftMs, warning, reason) => {
    expect(expiryAtNoon(leftMs, HOUR)).toMatchObject({ warning, reason, remaining_ms: Math.max(0, leftMs) });
  });

  test.each([
    [{ idle_minutes: 60, absolute_minutes: 1440 }, 900, 900],
    [{ idle_minutes: 15, absolute_minutes: 1440 }, 900, 450],
    [{ idle_minutes: 5, absolute_minutes: 1440 }, 300, 150],
    [{ idle_minutes: 1, absolute_minutes: 1440 }, 300, 30],
    [{ idle_minutes: 60, absolute_minutes: 20 }, 900, 600],
  ])(
    "of a session with limits %j and a setting of %i s begins %i s before the deadline",
    (limits, setting, seconds) => {
      const idleMs = limits.idle_minutes * MINUTE;
      const absoluteMs = limits.absolute_minutes * MINUTE;
      const leftMs = Math.min(idleMs, absoluteMs);
      const limited = { ...session(idleMs, absoluteMs), ...limits };
      const warningAt = (ms: number) =>
        expiryOf(limited, NOON + leftMs - ms, setting * SECOND, null, false, null);
      expect(warningAt(seconds * SECOND + 1).warning).toBe("none");
      expect(warningAt(seconds * SECOND)).toMatchObject({ warning: "soon", warning_ms: seconds * SECOND });
    },
  );

  test("of the idle deadline is suppressed while the user is active, until the deadline has passed", () => {
    expect(expiryAtNoon(MINUTE, HOUR, true)).toMatchObject({ warning: "none", reason: null });
    expect(expiryAtNoon(0, HOUR, true).warning).toBe("now");
  });

  test("of the idle deadline stays under activity once it is shown, until the session has a new deadline", () => {
    const shown = expiryAtNoon(MINUTE, HOUR);
    const expiryAfter = (idleMs: number) =>
      expiryOf(session(idleMs, HOUR), NOON, WARNING, null, true, shown).warning;
    expect(expiryAfter(MINUTE)).toBe("soon");
    expect(expiryAfter(MINUTE + 1)).toBe("none");
  });

  test("of the absolute deadline is never suppressed", () => {
    expect(expiryAtNoon(HOUR, MINUTE, true)).toMatchObject({ warning: "soon", reason: "absolute" });
  });

  test("stays dismissed until the deadline has moved by half a minute or more", () => {
    const dismissed = nearerDeadline(session(MINUTE, HOUR)).expires_at;
    const isDismissed = (idleMs: number, absoluteMs = HOUR): boolean =>
      expiryOf(session(idleMs, absoluteMs), NOON, WARNING, dismissed, false, null).dismissed;
    expect([MINUTE, MINUTE + 1, MINUTE + 30 * SECOND - 1].map((idleMs) => isDismissed(idleMs))).toEqual([
      true,
      true,
      true,
    ]);
    expect(isDismissed(MINUTE - 1)).toBe(true);
    expect(isDismissed(MINUTE + 30 * SECOND)).toBe(false);
    expect(isDismissed(HOUR, MINUTE + 30 * SECOND)).toBe(false);
  });

  test("is not dismissed before any deadline was", () => {
    expect(expiryAtNoon(MINUTE, HOUR).dismissed).toBe(false);
  });
});
