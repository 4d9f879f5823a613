import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MovableClock } from "../movable/movable-clock.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("the movable clock", () => {
  test("advances like the machine's clock, wall and monotonic", () => {
    const clock = new MovableClock();
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    vi.advanceTimersByTime(250);
    expect([clock.now() - now, clock.monotonic() - monotonic]).toEqual([250, 250]);
  });

  test("jumps ahead on request, wall and monotonic", () => {
    const clock = new MovableClock();
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    clock.advance(3_600_000);
    expect([clock.now() - now, clock.monotonic() - monotonic]).toEqual([3_600_000, 3_600_000]);
  });

  test("runs a task at its time without a jump", () => {
    const clock = new MovableClock();
    const ran: number[] = [];
    clock.after(1000, () => ran.push(1));
    vi.advanceTimersByTime(999);
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual([1]);
  });

  test("runs the tasks that a jump has passed once and in order, and the others at their remaining time", () => {
    const clock = new MovableClock();
    const ran: string[] = [];
    clock.after(2000, () => ran.push("second"));
    clock.after(1000, () => ran.push("first"));
    clock.after(5000, () => ran.push("later"));
    clock.advance(4000);
    vi.advanceTimersByTime(0);
    expect(ran).toEqual(["first", "second"]);
    vi.advanceTimersByTime(999);
    expect(ran).toEqual(["first", "second"]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual(["first", "second", "later"]);
  });

  test("never runs a cancelled task", () => {
    const clock = new MovableClock();
    const ran: number[] = [];
    clock.after(1000, () => ran.push(1)).cancel();
    const other = clock.after(2000, () => ran.push(2));
    clock.advance(1500);
    other.cancel();
    vi.advanceTimersByTime(10_000);
    expect(ran).toEqual([]);
  });
});
