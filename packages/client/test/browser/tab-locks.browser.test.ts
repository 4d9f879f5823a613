import { describe, expect, test } from "vitest";
import { tabLocks } from "../../src/browser/tab-locks.js";

const NAME = "curfew-test";

function realLocks() {
  const locks = tabLocks(navigator.locks);
  if (!locks) throw new Error("there are no locks");
  return locks;
}

/** A task that goes on until it is told. */
function lasting() {
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
  test("is held by one at a time, and hands on what its task brings", async () => {
    const locks = realLocks();
    const order: string[] = [];
    const run = (name: string) =>
      locks.run(NAME, {}, async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
        return name;
      });
    expect(await Promise.all([run("one"), run("two")])).toEqual(["one", "two"]);
    expect(order).toEqual(["one begins", "one ends", "two begins", "two ends"]);
  });

  test("is free again after a task that fails, and nobody has lost it", async () => {
    const locks = realLocks();
    let losses = 0;
    const failing = locks.run(NAME, { lost: () => losses++ }, () => Promise.reject(new Error("it failed")));
    await expect(failing).rejects.toThrow("it failed");
    expect([await locks.run(NAME, {}, async () => "mine"), losses]).toEqual(["mine", 0]);
  });

  test("is waited for no longer than the caller wants", async () => {
    const locks = realLocks();
    const holder = lasting();
    let losses = 0;
    const held = locks.run(NAME, {}, holder.task);
    await holder.begun;
    const waiting = new AbortController();
    const second = locks.run(NAME, { signal: waiting.signal, lost: () => losses++ }, async () => "mine");
    waiting.abort();
    await expect(second).rejects.toThrow();
    holder.end();
    expect([await held, losses]).toEqual(["done", 0]);
  });

  test("that is stolen is lost to its holder, once, while its task goes on", async () => {
    const locks = realLocks();
    const holder = lasting();
    let losses = 0;
    const held = locks.run(NAME, { lost: () => losses++ }, holder.task);
    await holder.begun;
    const thief = locks.run(NAME, { steal: true, lost: () => losses++ }, async () => "stolen");
    await expect(held).rejects.toThrow();
    expect([await thief, losses]).toEqual(["stolen", 1]);
    holder.end();
    expect(await locks.run(NAME, {}, async () => "mine")).toBe("mine");
    expect(losses).toBe(1);
  });
});

test("there are no locks where the browser has none", () => {
  expect(tabLocks(undefined)).toBeNull();
});
