import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  labelExtent,
  stripDescription,
  stripLabels,
  stripOf,
  stripTone,
  timesOf,
} from "../../src/deadlines/strip.js";
import { de } from "../../src/texts/de.js";
import { en } from "../../src/texts/en.js";

const MINUTE = 60_000;
const times = { startedMs: 0, lastActiveMs: 50, idleMs: 75, absoluteMs: 100 };

describe("the layout of the strip", () => {
  test("RFC 3339 times become milliseconds", () => {
    expect(
      timesOf({
        started_at: "1970-01-01T00:00:01.000Z",
        last_active_at: "1970-01-01T00:00:02.000Z",
        idle_expires_at: "1970-01-01T00:00:03.000Z",
        absolute_expires_at: "1970-01-01T00:00:04.500Z",
      }),
    ).toEqual({ startedMs: 1000, lastActiveMs: 2000, idleMs: 3000, absoluteMs: 4500 });
  });

  test("the band spans the session from sign-in to the absolute deadline", () => {
    expect(stripOf(times, 60)).toEqual({ now: 60, from: 50, to: 75, nearer: "idle", leftMs: 15 });
  });

  test("the absolute deadline is the nearer one when both are equal", () => {
    expect(stripOf({ ...times, idleMs: 100 }, 60)).toMatchObject({ to: 100, nearer: "absolute", leftMs: 40 });
  });

  test("after the deadline no time is left, and now stays on the band", () => {
    expect(stripOf(times, 500)).toMatchObject({ now: 100, leftMs: 0 });
    expect(stripOf(times, -5)).toMatchObject({ now: 0 });
  });

  test("a session without duration has finite positions", () => {
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
    "with the idle deadline in %i ms and the absolute deadline in %i ms the tone is %s",
    (idleMs, absoluteMs, tone) => {
      expect(
        stripTone(stripOf({ startedMs: -1000, lastActiveMs: 0, idleMs, absoluteMs }, 0), 5 * MINUTE),
      ).toBe(tone);
    },
  );

  test("for any session all positions are on the band, in order of time", () => {
    const time = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(fc.tuple(time, time, time, time), time, (sessionTimes, now) => {
        const [startedMs = 0, lastActiveMs = 0, idleMs = 0, absoluteMs = 0] = [...sessionTimes].sort(
          (a, b) => a - b,
        );
        const strip = stripOf({ startedMs, lastActiveMs, idleMs, absoluteMs }, now);
        expect(strip.from).toBeLessThanOrEqual(strip.to);
        for (const position of [strip.now, strip.from, strip.to]) {
          expect(position).toBeGreaterThanOrEqual(0);
          expect(position).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});

describe("the labels of the strip", () => {
  const LETTERS = { now: 3, idle: 5 };

  test("now is left of its tick, the idle deadline right of its tick", () => {
    expect(stripLabels(50, 60, LETTERS)).toEqual({
      now: { at: 50, anchor: "end" },
      idle: { at: 60, anchor: "start" },
    });
  });

  test("both labels fit at the same position, one on each side", () => {
    expect(stripLabels(50, 50, LETTERS).now).toEqual({ at: 50, anchor: "end" });
  });

  test("at the left edge now flips to the right, and is omitted where it would touch the idle deadline", () => {
    expect(stripLabels(0, 80, LETTERS).now).toEqual({ at: 0, anchor: "start" });
    expect(stripLabels(0, 4, LETTERS)).toEqual({ now: null, idle: { at: 4, anchor: "start" } });
  });

  test("at the right edge the idle deadline flips to the left, and now is omitted", () => {
    expect(stripLabels(97, 99, LETTERS)).toEqual({ now: null, idle: { at: 99, anchor: "end" } });
  });

  test("without a label of the idle deadline, now keeps its place", () => {
    expect(stripLabels(98, null, LETTERS)).toEqual({ now: { at: 98, anchor: "end" }, idle: null });
  });

  test("at any positions the labels stay on the band and never touch", () => {
    const position = fc.double({ min: 0, max: 100, noNaN: true });
    const letters = fc.record({ now: fc.integer({ min: 3, max: 6 }), idle: fc.integer({ min: 5, max: 12 }) });
    fc.assert(
      fc.property(position, position, letters, (nowAt, idleAt, lengths) => {
        const labels = stripLabels(nowAt, idleAt, lengths);
        if (labels.idle === null) throw new Error("the idle deadline has no label");
        const idle = labelExtent(labels.idle, lengths.idle);
        expect(idle.from).toBeGreaterThanOrEqual(0);
        expect(idle.to).toBeLessThanOrEqual(100);
        if (labels.now === null) return;
        const now = labelExtent(labels.now, lengths.now);
        expect(now.from).toBeGreaterThanOrEqual(0);
        expect(now.to).toBeLessThanOrEqual(100);
        expect(now.to < idle.from || idle.to < now.from).toBe(true);
      }),
    );
  });
});

describe("the description of the strip", () => {
  const at = (time: string): number => Date.parse(`2026-11-24T${time}:00Z`);
  const day = {
    startedMs: at("09:00"),
    lastActiveMs: at("13:32"),
    idleMs: at("14:32"),
    absoluteMs: at("09:00") + 86_400_000,
  };

  test("names both deadlines as clock times and relative times", () => {
    expect(stripDescription(en, day, at("13:52"), "UTC")).toBe(
      "Signed in at 09:00, last active at 13:32. Without activity the session ends in 40 minutes (14:32), and in any case in 19 hours (Wed 09:00).",
    );
  });

  test("exists in German", () => {
    expect(stripDescription(de, day, at("13:52"), "UTC")).toBe(
      "Angemeldet: 09:00, zuletzt aktiv: 13:32. Ohne Aktivität endet die Sitzung in 40 Minuten (14:32), auf jeden Fall in 19 Stunden (Mi 09:00).",
    );
  });
});
