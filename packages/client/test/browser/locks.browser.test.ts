import { describe, expect, test } from "vitest";
import { browserPorts } from "../../src/browser/browser-ports.js";

const NAME = "curfew-test";

function realLocks() {
  const { locks } = browserPorts();
  if (!locks) throw new Error("expected locks");
  return locks;
}

/** A task that runs until `end()` is called. */
function pendingTask() {
  let end = (): void => {};
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const task = async (): Promise<string> => {
    begin();
    await ended;
    return "done";
  };
  return { task, begun, end };
}

describe("a lock", () => {
  test("is held by one task at a time and returns the task's result", async () => {
    const locks = realLocks();
    const order: string[] = [];
    const run = (name: string) =>
      locks.request(NAME, {}, async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
        return name;
      });
    expect(await Promise.all([run("one"), run("two")])).toEqual(["one", "two"]);
    expect(order).toEqual(["one begins", "one ends", "two begins", "two ends"]);
  });

  test("is released after a failed task", async () => {
    const locks = realLocks();
    const failing = locks.request(NAME, {}, () => Promise.reject(new Error("it failed")));
    await expect(failing).rejects.toThrow("it failed");
    expect(await locks.request(NAME, {}, async () => "mine")).toBe("mine");
  });

  test("can be aborted while waiting, without effect on its holder", async () => {
    const locks = realLocks();
    const holder = pendingTask();
    const held = locks.request(NAME, {}, holder.task);
    await holder.begun;
    const waiting = new AbortController();
    const second = locks.request(NAME, { signal: waiting.signal }, async () => "mine");
    waiting.abort();
    await expect(second).rejects.toThrow();
    holder.end();
    expect(await held).toBe("done");
  });

  test("is not released by an abort after it was granted", async () => {
    const locks = realLocks();
    const holder = pendingTask();
    const waiting = new AbortController();
    const held = locks.request(NAME, { signal: waiting.signal }, holder.task);
    await holder.begun;
    waiting.abort();
    holder.end();
    expect(await held).toBe("done");
  });

  test("that is stolen rejects its holder's request while the task continues", async () => {
    const locks = realLocks();
    const holder = pendingTask();
    const held = locks.request(NAME, {}, holder.task);
    await holder.begun;
    const thief = locks.request(NAME, { steal: true }, async () => "stolen");
    await expect(held).rejects.toThrow();
    expect(await thief).toBe("stolen");
    holder.end();
    expect(await locks.request(NAME, {}, async () => "mine")).toBe("mine");
  });
});
