import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  ATTEMPT_LIMITS,
  ATTEMPT_WINDOW_SECONDS,
  type AttemptLimits,
  createAttemptLimits,
  noAttemptLimits,
} from "../../../src/sign-in/limits/attempts.js";
import { createMemoryFailureCounter } from "../../../src/sign-in/limits/memory-failure-counter.js";
import { createGates } from "../gates.js";

const ada = { emailKey: "ada@example.test", network: "192.0.2.1" };
const wrong = async () => ({ passed: false, value: "wrong" });
const right = async () => ({ passed: true, value: "right" });
const checked = (value: string) => ({ kind: "checked", value });

const withLimits = (limits: Partial<Record<keyof typeof ATTEMPT_LIMITS, number>> = {}): AttemptLimits =>
  createAttemptLimits({
    counter: createMemoryFailureCounter(ATTEMPT_WINDOW_SECONDS),
    ...ATTEMPT_LIMITS,
    ...limits,
  });

async function fail(limits: AttemptLimits, times: number, who = ada): Promise<void> {
  for (let count = 0; count < times; count += 1)
    expect(await limits.attempt(who, wrong)).toEqual(checked("wrong"));
}

describe("the limits on attempts", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("let ten failures through and refuse the eleventh attempt, the right password too", async () => {
    const limits = withLimits();
    await fail(limits, 10);
    const check = vi.fn(right);
    expect(await limits.attempt(ada, check)).toEqual({ kind: "limited", retryAfterSeconds: 900 });
    expect(check).not.toHaveBeenCalled();
  });

  it("let a right password through after nine failures, and count it as nothing", async () => {
    const limits = withLimits();
    await fail(limits, 9);
    expect(await limits.attempt(ada, right)).toEqual(checked("right"));
    expect(await limits.attempt(ada, right)).toEqual(checked("right"));
    await fail(limits, 1);
    expect(await limits.attempt(ada, right)).toMatchObject({ kind: "limited" });
  });

  it("begin anew fifteen minutes after the first failure, and not before", async () => {
    const limits = withLimits();
    await fail(limits, 1);
    vi.advanceTimersByTime(600_000);
    await fail(limits, 9);
    expect(await limits.attempt(ada, right)).toEqual({ kind: "limited", retryAfterSeconds: 300 });
    vi.advanceTimersByTime(299_999);
    expect(await limits.attempt(ada, right)).toEqual({ kind: "limited", retryAfterSeconds: 1 });
    vi.advanceTimersByTime(1);
    expect(await limits.attempt(ada, right)).toEqual(checked("right"));
  });

  it("count each e-mail from each network by itself", async () => {
    const limits = withLimits();
    await fail(limits, 10);
    expect(await limits.attempt({ ...ada, emailKey: "bob@example.test" }, right)).toEqual(checked("right"));
    expect(await limits.attempt({ ...ada, network: "192.0.2.2" }, right)).toEqual(checked("right"));
  });

  it("let a hundred failures of one network through, for whatever e-mails", async () => {
    const limits = withLimits();
    for (let index = 0; index < 100; index += 1)
      await fail(limits, 1, { ...ada, emailKey: `person-${index}@example.test` });
    expect(await limits.attempt({ ...ada, emailKey: "new@example.test" }, right)).toEqual({
      kind: "limited",
      retryAfterSeconds: 900,
    });
    expect(await limits.attempt({ ...ada, network: "2001:db8:0:0::/64" }, right)).toEqual(checked("right"));
  });

  it("tell the later of two moments where both are reached", async () => {
    const limits = withLimits({ perEmail: 1, perNetwork: 2 });
    await fail(limits, 1, { ...ada, emailKey: "bob@example.test" });
    vi.advanceTimersByTime(60_000);
    await fail(limits, 1);
    expect(await limits.attempt(ada, right)).toEqual({ kind: "limited", retryAfterSeconds: 900 });
  });

  it("check ten of fifty wrong passwords that come at once", async () => {
    const limits = withLimits();
    const check = vi.fn(wrong);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => limits.attempt(ada, check)));
    expect(check).toHaveBeenCalledTimes(10);
    expect(outcomes.filter((outcome) => outcome.kind === "checked")).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome.kind === "limited")).toHaveLength(40);
  });

  it("check a hundred of three hundred wrong passwords of one network that come at once", async () => {
    const limits = withLimits();
    const check = vi.fn(wrong);
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        limits.attempt({ ...ada, emailKey: `person-${index % 60}@example.test` }, check),
      ),
    );
    expect(check).toHaveBeenCalledTimes(100);
    expect(outcomes.filter((outcome) => outcome.kind === "limited")).toHaveLength(200);
  });

  it("refuse none of twenty right passwords that come at once", async () => {
    const limits = withLimits();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => limits.attempt(ada, right)));
    expect(outcomes).toEqual(Array.from({ length: 20 }, () => checked("right")));
  });

  it("make an attempt wait while those under way could use up what is left", async () => {
    const limits = withLimits({ perEmail: 2 });
    const gates = createGates();
    const standing = (name: string, passed: boolean) =>
      limits.attempt(ada, async () => ({ passed, value: await gates.enter(name) }));
    const outcomes = [standing("a", false), standing("b", true), standing("c", true)];
    await gates.settled();
    expect(gates.entered).toEqual(["a", "b"]);
    await gates.open("a");
    expect(gates.entered).toEqual(["a", "b"]);
    await gates.open("b");
    expect(gates.entered).toEqual(["a", "b", "c"]);
    await gates.open("c");
    expect(await Promise.all(outcomes)).toEqual([checked("a"), checked("b"), checked("c")]);
  });

  it("refuse an attempt that waited once those before it have used up what was left", async () => {
    const limits = withLimits({ perEmail: 1 });
    const gates = createGates();
    const first = limits.attempt(ada, async () => ({ passed: false, value: await gates.enter("first") }));
    const check = vi.fn(right);
    const second = limits.attempt(ada, check);
    await gates.settled();
    await gates.open("first");
    expect(await first).toEqual(checked("first"));
    expect(await second).toMatchObject({ kind: "limited" });
    expect(check).not.toHaveBeenCalled();
  });

  it("count nothing for a check that throws, and let the next one in", async () => {
    const limits = withLimits({ perEmail: 1 });
    const broken = () => Promise.reject(new Error("database gone"));
    const [first, second] = await Promise.allSettled([
      limits.attempt(ada, broken),
      limits.attempt(ada, right),
    ]);
    expect(first).toMatchObject({ status: "rejected", reason: { message: "database gone" } });
    expect(second).toEqual({ status: "fulfilled", value: checked("right") });
  });

  it("turn away whoever would wait beyond as many as may", async () => {
    const limits = withLimits({ perEmail: 1, waiting: 1 });
    const gates = createGates();
    const first = limits.attempt(ada, async () => ({ passed: true, value: await gates.enter("first") }));
    const second = limits.attempt(ada, right);
    const third = limits.attempt(ada, right);
    await expect(third).rejects.toMatchObject({ code: "unavailable", details: { retryAfterSeconds: 1 } });
    await gates.open("first");
    expect(await Promise.all([first, second])).toEqual([checked("first"), checked("right")]);
  });

  it("let the others in where one network waits", async () => {
    const limits = withLimits({ perEmail: 1 });
    const gates = createGates();
    const first = limits.attempt(ada, async () => ({ passed: true, value: await gates.enter("first") }));
    const second = limits.attempt(ada, right);
    expect(await limits.attempt({ ...ada, network: "192.0.2.9" }, right)).toEqual(checked("right"));
    await gates.settled();
    await gates.open("first");
    expect(await Promise.all([first, second])).toEqual([checked("first"), checked("right")]);
  });

  it("are none where they are off", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, () => noAttemptLimits.attempt(ada, wrong)),
    );
    expect(outcomes).toEqual(Array.from({ length: 200 }, () => checked("wrong")));
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
