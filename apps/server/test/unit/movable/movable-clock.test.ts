import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MovableClock } from "../../movable/movable-clock.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("the clock in a test's hands", () => {
  test("runs as the machine's does, on both of its readings", () => {
    const clock = new MovableClock();
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    vi.advanceTimersByTime(250);
    expect([clock.now() - now, clock.monotonic() - monotonic]).toEqual([250, 250]);
  });

  test("jumps ahead by what it is told, on both of its readings", () => {
    const clock = new MovableClock();
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    clock.advance(3_600_000);
    expect([clock.now() - now, clock.monotonic() - monotonic]).toEqual([3_600_000, 3_600_000]);
  });

  test("runs a task at its moment where nothing jumps", () => {
    const clock = new MovableClock();
    const ran: number[] = [];
    clock.after(1000, () => ran.push(1));
    vi.advanceTimersByTime(999);
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual([1]);
  });

  test("runs once, in their order, the tasks that a jump has passed, and the others at what is left", () => {
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

  test("never runs a task that was cancelled, before a jump or after it", () => {
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
