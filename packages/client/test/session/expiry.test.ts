import { describe, expect, test } from "vitest";
import type { Session } from "../../src/api/contract.js";
import { expiryOf, nearerDeadline } from "../../src/session/expiry.js";
import { HOUR, MINUTE } from "./stage.js";

const NOON = Date.parse("2026-11-02T12:00:00.000Z");
const WARNING = 5 * MINUTE;
const at = (ms: number): string => new Date(ms).toISOString();

/** A session whose deadlines are that far from noon. */
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
const judge = (idleMs: number, absoluteMs: number, atWork = false) =>
  expiryOf(session(idleMs, absoluteMs), NOON, WARNING, null, atWork);

describe("the nearer deadline", () => {
  test("is the one that comes first", () => {
    expect(judge(MINUTE, 2 * MINUTE)).toMatchObject({ reason: "idle", expires_at: at(NOON + MINUTE) });
    expect(judge(2 * MINUTE, MINUTE)).toMatchObject({ reason: "absolute", expires_at: at(NOON + MINUTE) });
  });

  test("is the absolute one of two equal ones", () => {
    expect(judge(MINUTE, MINUTE).reason).toBe("absolute");
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
    expect(judge(leftMs, HOUR)).toMatchObject({ warning, reason, remaining_ms: Math.max(0, leftMs) });
  });

  test("of the idle deadline is kept from a person at work, until the deadline has passed", () => {
    expect(judge(MINUTE, HOUR, true)).toMatchObject({ warning: "none", reason: null });
    expect(judge(0, HOUR, true).warning).toBe("now");
  });

  test("of the absolute deadline is kept from nobody", () => {
    expect(judge(HOUR, MINUTE, true)).toMatchObject({ warning: "soon", reason: "absolute" });
  });

  test("is dismissed for the deadline that was put away, and for no other", () => {
    const dismissed = nearerDeadline(session(MINUTE, HOUR)).expires_at;
    const judged = (idleMs: number) => expiryOf(session(idleMs, HOUR), NOON, WARNING, dismissed, false);
    expect(judged(MINUTE).dismissed).toBe(true);
    expect(judged(MINUTE + 1).dismissed).toBe(false);
  });
});
