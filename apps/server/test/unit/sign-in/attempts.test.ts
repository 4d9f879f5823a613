import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { noAttemptLimits } from "../../../src/sign-in/limits/attempts.js";
import { createMemoryFailureCounter } from "../../../src/sign-in/limits/memory-failure-counter.js";
import { ada, checked, wrong } from "../../limits/attempts.js";
import { inMemory, inSqlite } from "../../limits/kinds.js";
import { describeOneProcess } from "../../limits/one-process.js";

describeOneProcess(inMemory);
describeOneProcess(inSqlite);

describe("limits that are off", () => {
  it("let every attempt through", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, () => noAttemptLimits.attempt(ada, wrong)),
    );
    expect(outcomes).toEqual(Array.from({ length: 200 }, () => checked("wrong")));
    expect(await noAttemptLimits.networkBlockedSeconds(ada.network)).toBeNull();
  });
});

describe("counting failures in memory", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("counts by key, in a window that the first failure opens", async () => {
    const counter = createMemoryFailureCounter(60);
    expect(await counter.read("a")).toEqual({ failures: 0, resetsInMs: 0 });
    await counter.add("a");
    vi.advanceTimersByTime(10_000);
    await counter.add("a");
    await counter.add("b");
    expect(await counter.read("a")).toEqual({ failures: 2, resetsInMs: 50_000 });
    expect(await counter.read("b")).toEqual({ failures: 1, resetsInMs: 60_000 });
  });

  it("has forgotten the failures when the window closes", async () => {
    const counter = createMemoryFailureCounter(60);
    await counter.add("a");
    vi.advanceTimersByTime(59_999);
    expect(await counter.read("a")).toEqual({ failures: 1, resetsInMs: 1 });
    vi.advanceTimersByTime(1);
    expect(await counter.read("a")).toEqual({ failures: 0, resetsInMs: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });
});
