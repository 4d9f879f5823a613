import fc from "fast-check";
import { expect, test } from "vitest";
import { stripOf, stripTone, timesOf } from "../../src/deadlines/strip.js";

const MINUTE = 60_000;
const times = { startedMs: 0, lastActiveMs: 50, idleMs: 75, absoluteMs: 100 };

test("the wire's times become milliseconds", () => {
  expect(
    timesOf({
      started_at: "1970-01-01T00:00:01.000Z",
      last_active_at: "1970-01-01T00:00:02.000Z",
      idle_expires_at: "1970-01-01T00:00:03.000Z",
      absolute_expires_at: "1970-01-01T00:00:04.500Z",
    }),
  ).toEqual({ startedMs: 1000, lastActiveMs: 2000, idleMs: 3000, absoluteMs: 4500 });
});

test("a session is laid out from its sign-in to its absolute deadline", () => {
  expect(stripOf(times, 60)).toEqual({ now: 60, from: 50, to: 75, nearer: "idle", leftMs: 15 });
});

test("of equal deadlines the absolute one is nearer", () => {
  expect(stripOf({ ...times, idleMs: 100 }, 60)).toMatchObject({ to: 100, nearer: "absolute", leftMs: 40 });
});

test("past the deadline nothing is left, and nothing stands outside of the band", () => {
  expect(stripOf(times, 500)).toMatchObject({ now: 100, leftMs: 0 });
  expect(stripOf(times, -5)).toMatchObject({ now: 0 });
});

test("a session that begins and ends in the same moment is drawn all the same", () => {
  expect(stripOf({ startedMs: 0, lastActiveMs: 0, idleMs: 0, absoluteMs: 0 }, 0)).toEqual({
    now: 0,
    from: 0,
    to: 0,
    nearer: "absolute",
    leftMs: 0,
  });
});

test.each([
  [5 * MINUTE + 1, 60 * MINUTE, undefined],
  [5 * MINUTE, 60 * MINUTE, "warning"],
  [0, 60 * MINUTE, "warning"],
  [5 * MINUTE, 5 * MINUTE, "info"],
  [60 * MINUTE, 5 * MINUTE + 1, undefined],
])(
  "with the idle deadline in %i ms and the absolute one in %i ms the tone is %s",
  (idleMs, absoluteMs, tone) => {
    expect(stripTone(stripOf({ startedMs: -1000, lastActiveMs: 0, idleMs, absoluteMs }, 0))).toBe(tone);
  },
);

test("on any session all places are on the band and in the order of time", () => {
  const moment = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(fc.tuple(moment, moment, moment, moment), moment, (moments, now) => {
      const [startedMs = 0, lastActiveMs = 0, idleMs = 0, absoluteMs = 0] = [...moments].sort(
        (a, b) => a - b,
      );
      const strip = stripOf({ startedMs, lastActiveMs, idleMs, absoluteMs }, now);
      expect(strip.from).toBeLessThanOrEqual(strip.to);
      for (const place of [strip.now, strip.from, strip.to]) {
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThanOrEqual(100);
      }
    }),
  );
});
