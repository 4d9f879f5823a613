import fc from "fast-check";
import { expect, test } from "vitest";
import { bubbleShift } from "../../src/time/moment.js";

test("a bubble with enough room starts at its element", () => {
  expect(bubbleShift(100, 1280)).toBe(0);
});

test("at the right edge the bubble moves left by the missing width", () => {
  expect(bubbleShift(1200, 1280)).toBe(-208);
  expect(bubbleShift(200, 320)).toBe(-144);
});

test("from 320 px on, the bubble is always inside the page", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 320, max: 3000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (width, part) => {
        const left = part * width;
        const from = left + bubbleShift(left, width);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(from + Math.min(280, 0.8 * width)).toBeLessThanOrEqual(width);
      },
    ),
  );
});
