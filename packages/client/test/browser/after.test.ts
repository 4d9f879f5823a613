import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { after } from "../../src/browser/after.js";

const DAY_MS = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([1, 5_000, 24 * DAY_MS])("a task runs once, after %i ms and not before", (delayMs) => {
  const task = vi.fn();
  after(delayMs, task);
  vi.advanceTimersByTime(delayMs - 1);
  expect(task).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(1);
  expect(task).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(24 * DAY_MS);
  expect(task).toHaveBeenCalledTimes(1);
});

test.each([5_000, 24 * DAY_MS])(
  "a task that is cancelled does not run, whenever that is: %i ms",
  (delayMs) => {
    for (const elapsedMs of [0, delayMs - 1]) {
      const task = vi.fn();
      const cancel = after(delayMs, task);
      vi.advanceTimersByTime(elapsedMs);
      cancel();
      cancel();
      vi.advanceTimersByTime(24 * DAY_MS);
      expect(task).toHaveBeenCalledTimes(0);
    }
    expect(vi.getTimerCount()).toBe(0);
  },
);
