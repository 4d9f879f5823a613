import { isCurfewError } from "@curfew/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { KeyedQueue } from "../src/postgres/keyed-queue.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A queue with tasks that run until the test finishes them, and a log of what happened to each. */
function createQueue() {
  const queue = new KeyedQueue();
  const log: string[] = [];
  const finishers = new Map<string, (error?: Error) => void>();
  return {
    log,
    add(name: string, key: string): void {
      const task = () =>
        new Promise<void>((resolve, reject) => {
          log.push(`${name} started`);
          finishers.set(name, (error) => (error === undefined ? resolve() : reject(error)));
        });
      queue.run(key, task).then(
        () => log.push(`${name} done`),
        (error: Error) =>
          log.push(isCurfewError(error, "unavailable") ? `${name} unavailable` : `${name} ${error.message}`),
      );
    },
    finish: async (name: string, error?: Error): Promise<void> => {
      await vi.advanceTimersByTimeAsync(0);
      finishers.get(name)?.(error);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

test("tasks with the same key run one after the other in order; a task with another key does not wait", async () => {
  const { add, finish, log } = createQueue();
  for (const name of ["Ada", "Bea", "Cas"]) add(name, "one");
  add("Dan", "another");
  await vi.advanceTimersByTimeAsync(0);
  expect(log.splice(0).sort()).toEqual(["Ada started", "Dan started"]);
  await finish("Ada");
  expect(log.splice(0).sort()).toEqual(["Ada done", "Bea started"]);
  await finish("Bea");
  expect(log.splice(0).sort()).toEqual(["Bea done", "Cas started"]);
});

test("the next task starts after a task that fails", async () => {
  const { add, finish, log } = createQueue();
  add("Ada", "one");
  add("Bea", "one");
  await finish("Ada", new Error("failed"));
  expect(log.splice(0).sort()).toEqual(["Ada failed", "Ada started", "Bea started"]);
});

test("a task that has waited for two seconds is unavailable and leaves the queue; the others keep their places", async () => {
  const { add, finish, log } = createQueue();
  add("Ada", "one");
  add("Bea", "one");
  await vi.advanceTimersByTimeAsync(1);
  add("Cas", "one");
  await vi.advanceTimersByTimeAsync(1_998);
  expect(log.splice(0).sort()).toEqual(["Ada started"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(log.splice(0).sort()).toEqual(["Bea unavailable"]);
  await finish("Ada");
  expect(log.splice(0).sort()).toEqual(["Ada done", "Cas started"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(log).toEqual([]);
});

test("a task starts at once when the queue of its key is empty again", async () => {
  const { add, finish, log } = createQueue();
  add("Ada", "one");
  await finish("Ada");
  add("Bea", "one");
  await finish("Bea");
  expect(log.sort()).toEqual(["Ada done", "Ada started", "Bea done", "Bea started"]);
});
