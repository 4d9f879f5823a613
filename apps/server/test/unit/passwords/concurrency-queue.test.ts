import { CurfewError } from "@curfew/core";
import { describe, expect, it } from "vitest";
import { createConcurrencyQueue } from "../../../src/passwords/concurrency-queue.js";
import { createGates } from "../gates.js";

describe("a concurrency queue", () => {
  it("runs a bounded number of tasks at once, and the rest in order", async () => {
    const gates = createGates();
    const queue = createConcurrencyQueue({ concurrency: 2, maxWaiting: 10, retryAfterSeconds: 1 });
    const done = ["a", "b", "c", "d"].map((name) => queue.run(() => gates.enter(name)));
    await gates.settled();
    expect(gates.entered).toEqual(["a", "b"]);
    await gates.open("b");
    expect(gates.entered).toEqual(["a", "b", "c"]);
    await gates.open("a");
    expect(gates.entered).toEqual(["a", "b", "c", "d"]);
    await gates.open("c");
    await gates.open("d");
    expect(await Promise.all(done)).toEqual(["a", "b", "c", "d"]);
  });

  it("rejects a task with Retry-After if the queue is full", async () => {
    const gates = createGates();
    const queue = createConcurrencyQueue({ concurrency: 1, maxWaiting: 1, retryAfterSeconds: 7 });
    const first = queue.run(() => gates.enter("first"));
    const second = queue.run(() => gates.enter("second"));
    const third = await queue.run(() => gates.enter("third")).catch((error: unknown) => error);
    expect(third).toBeInstanceOf(CurfewError);
    expect(third).toMatchObject({ code: "unavailable", details: { retryAfterSeconds: 7 } });
    await gates.open("first");
    await gates.open("second");
    expect(await Promise.all([first, second])).toEqual(["first", "second"]);
    expect(gates.entered).toEqual(["first", "second"]);
  });

  it("continues after a task that fails, and rejects only that task's caller", async () => {
    const queue = createConcurrencyQueue({ concurrency: 1, maxWaiting: 5, retryAfterSeconds: 1 });
    const failing = queue.run(() => Promise.reject(new Error("no memory")));
    const after = queue.run(async () => "fine");
    await expect(failing).rejects.toThrow("no memory");
    expect(await after).toBe("fine");
  });

  it("has all its slots again once all tasks are done", async () => {
    const gates = createGates();
    const queue = createConcurrencyQueue({ concurrency: 2, maxWaiting: 0, retryAfterSeconds: 1 });
    await Promise.all([queue.run(async () => 1), queue.run(async () => 2)]);
    const again = [queue.run(() => gates.enter("a")), queue.run(() => gates.enter("b"))];
    await gates.settled();
    expect(gates.entered).toEqual(["a", "b"]);
    await gates.open("a");
    await gates.open("b");
    expect(await Promise.all(again)).toEqual(["a", "b"]);
  });

  it("runs waiting tasks before new ones", async () => {
    const gates = createGates();
    const queue = createConcurrencyQueue({ concurrency: 1, maxWaiting: 5, retryAfterSeconds: 1 });
    const first = queue.run(() => gates.enter("first"));
    const second = queue.run(() => gates.enter("second"));
    const third = first.then(() => queue.run(() => gates.enter("third")));
    await gates.settled();
    await gates.open("first");
    expect(gates.entered).toEqual(["first", "second"]);
    await gates.open("second");
    await gates.open("third");
    expect(await Promise.all([second, third])).toEqual(["second", "third"]);
  });

  it("counts the tasks that run or wait", async () => {
    const gates = createGates();
    const queue = createConcurrencyQueue({ concurrency: 1, maxWaiting: 5, retryAfterSeconds: 1 });
    expect(queue.pending).toBe(0);
    const done = ["a", "b"].map((name) => queue.run(() => gates.enter(name)));
    await gates.settled();
    expect(queue.pending).toBe(2);
    await gates.open("a");
    expect(queue.pending).toBe(1);
    await gates.open("b");
    expect(queue.pending).toBe(0);
    expect(await Promise.all(done)).toEqual(["a", "b"]);
  });
});
