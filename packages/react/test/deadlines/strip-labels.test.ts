import fc from "fast-check";
import { expect, test } from "vitest";
import { labelExtent, stripLabels } from "../../src/deadlines/strip-labels.js";

const LETTERS = { now: 3, idle: 5 };

test("now stands left of its tick and the idle deadline right of its own", () => {
  expect(stripLabels(50, 60, LETTERS)).toEqual({
    now: { at: 50, anchor: "end" },
    idle: { at: 60, anchor: "start" },
  });
});

test("both are told even where they fall together, since each has its side", () => {
  expect(stripLabels(50, 50, LETTERS).now).toEqual({ at: 50, anchor: "end" });
});

test("at the left edge now turns to the right, and gives way to the idle deadline", () => {
  expect(stripLabels(0, 80, LETTERS).now).toEqual({ at: 0, anchor: "start" });
  expect(stripLabels(0, 4, LETTERS)).toEqual({ now: null, idle: { at: 4, anchor: "start" } });
});

test("at the right edge the idle deadline turns to the left, and now gives way to it", () => {
  expect(stripLabels(97, 99, LETTERS)).toEqual({ now: null, idle: { at: 99, anchor: "end" } });
});

test("where the idle deadline has no label of its own, now keeps its place", () => {
  expect(stripLabels(98, null, LETTERS)).toEqual({ now: { at: 98, anchor: "end" }, idle: null });
});

test("wherever they stand, no label leaves the band and none touches the other", () => {
  const place = fc.double({ min: 0, max: 100, noNaN: true });
  const letters = fc.record({ now: fc.integer({ min: 3, max: 6 }), idle: fc.integer({ min: 5, max: 12 }) });
  fc.assert(
    fc.property(place, place, letters, (now, to, lengths) => {
      const { now: nowLabel, idle: idleLabel } = stripLabels(now, to, lengths);
      if (idleLabel === null) throw new Error("the idle deadline is always told");
      const idle = labelExtent(idleLabel, lengths.idle);
      expect(idle.from).toBeGreaterThanOrEqual(0);
      expect(idle.to).toBeLessThanOrEqual(100);
      if (nowLabel === null) return;
      const tick = labelExtent(nowLabel, lengths.now);
      expect(tick.from).toBeGreaterThanOrEqual(0);
      expect(tick.to).toBeLessThanOrEqual(100);
      expect(tick.to < idle.from || idle.to < tick.from).toBe(true);
    }),
  );
});
