import { isCurfewError } from "@curfew/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Turns } from "../src/postgres/turns.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Acts that end when they are told to, and what became of each. */
function createCrowd() {
  const turns = new Turns();
  const seen: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  return {
    seen,
    join(name: string, key: string): void {
      const act = () =>
        new Promise<void>((resolve, reject) => {
          seen.push(`${name} begins`);
          ends.set(name, (error) => (error === undefined ? resolve() : reject(error)));
        });
      turns.run(key, act).then(
        () => seen.push(`${name} is done`),
        (error: Error) =>
          seen.push(isCurfewError(error, "unavailable") ? `${name} gave up` : `${name} ${error.message}`),
      );
    },
    end: async (name: string, error?: Error): Promise<void> => {
      await vi.advanceTimersByTimeAsync(0);
      ends.get(name)?.(error);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

test("those who want one lock come one after the other, as they asked; another lock waits for nobody", async () => {
  const { join, end, seen } = createCrowd();
  for (const name of ["Ada", "Bea", "Cas"]) join(name, "one");
  join("Dan", "another");
  await vi.advanceTimersByTimeAsync(0);
  expect(seen.splice(0).sort()).toEqual(["Ada begins", "Dan begins"]);
  await end("Ada");
  expect(seen.splice(0).sort()).toEqual(["Ada is done", "Bea begins"]);
  await end("Bea");
  expect(seen.splice(0).sort()).toEqual(["Bea is done", "Cas begins"]);
});

test("whose act fails passes the turn on", async () => {
  const { join, end, seen } = createCrowd();
  join("Ada", "one");
  join("Bea", "one");
  await end("Ada", new Error("fails"));
  expect(seen.splice(0).sort()).toEqual(["Ada begins", "Ada fails", "Bea begins"]);
});

test("whoever waits for longer than eight seconds gives up and leaves the queue; the others stay in it", async () => {
  const { join, end, seen } = createCrowd();
  join("Ada", "one");
  join("Bea", "one");
  await vi.advanceTimersByTimeAsync(1);
  join("Cas", "one");
  await vi.advanceTimersByTimeAsync(7_998);
  expect(seen.splice(0).sort()).toEqual(["Ada begins"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(seen.splice(0).sort()).toEqual(["Bea gave up"]);
  await end("Ada");
  expect(seen.splice(0).sort()).toEqual(["Ada is done", "Cas begins"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(seen).toEqual([]);
});

test("once nobody is at it any more, the next comes at once", async () => {
  const { join, end, seen } = createCrowd();
  join("Ada", "one");
  await end("Ada");
  join("Bea", "one");
  await end("Bea");
  expect(seen.sort()).toEqual(["Ada begins", "Ada is done", "Bea begins", "Bea is done"]);
});
