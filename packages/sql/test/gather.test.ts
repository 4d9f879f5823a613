import { setImmediate as turn } from "node:timers/promises";
import { CurfewError } from "@curfew/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { gather } from "../src/gather.js";
import { outcomeOf } from "./support/outcomes.js";

const WITHIN_MS = 20;

/** What was done, in order, and how each of those things is let come to its end. */
let done: string[];
let endings: (() => void)[];
let holds: boolean;
let answersOf: (inputs: readonly string[]) => (string | null)[];
let calls: (input: string) => Promise<string>;

const untilEnded = (): Promise<void> =>
  holds ? new Promise((resolve) => endings.push(resolve)) : Promise.resolve();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  done = [];
  endings = [];
  holds = false;
  answersOf = (inputs) => inputs.map((input) => `${input} with others`);
  calls = gather({
    // Of "a1" and "a2" the key is "a".
    keyOf: (input: string) => input.slice(0, 1),
    async together(inputs) {
      done.push(inputs.join("+"));
      await untilEnded();
      return answersOf(inputs);
    },
    async alone(input) {
      done.push(input);
      await untilEnded();
      return `${input} alone`;
    },
    most: 3,
    lanes: 2,
    withinMs: WITHIN_MS,
  });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("calls that come at the same time", () => {
  test("go together, and each gets its own answer", async () => {
    expect(await Promise.all(["a", "b"].map(calls))).toEqual(["a with others", "b with others"]);
    expect(done).toEqual(["a+b"]);
  });

  test("go alone where there is but one", async () => {
    expect(await calls("a")).toBe("a alone");
    expect(done).toEqual(["a"]);
  });

  test("go in the order in which they came, so many at a time as may", async () => {
    await Promise.all(["a", "b", "c", "d", "e"].map(calls));
    expect(done).toEqual(["a+b+c", "d+e"]);
  });

  test("never go together where they are of one key", async () => {
    expect(await Promise.all(["a1", "a2", "b"].map(calls))).toEqual([
      "a1 with others",
      "a2 alone",
      "b with others",
    ]);
    expect(done).toEqual(["a1+b", "a2"]);
  });
});

describe("while as many are under way as may be", () => {
  const fillLanes = async () => {
    holds = true;
    const first = calls("a");
    await turn();
    const second = calls("b");
    await turn();
    return [first, second];
  };

  test("whoever comes waits, and goes with all others who wait as soon as one is over", async () => {
    const [first] = await fillLanes();
    const third = [calls("c"), calls("d")];
    await turn();
    expect(done).toEqual(["a", "b"]);
    endings[0]?.();
    await first;
    while (done.length < 3) await turn();
    expect(done).toEqual(["a", "b", "c+d"]);
    endings[2]?.();
    expect(await Promise.all(third)).toEqual(["c with others", "d with others"]);
  });

  test("nobody waits longer than was said", async () => {
    await fillLanes();
    void calls("c");
    await vi.advanceTimersByTimeAsync(WITHIN_MS - 1);
    expect(done).toEqual(["a", "b"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toEqual(["a", "b", "c"]);
    // Nor does one who comes after that.
    void calls("d");
    await vi.advanceTimersByTimeAsync(WITHIN_MS);
    expect(done).toEqual(["a", "b", "c", "d"]);
  });
});

describe("what can't be done together", () => {
  test("is done alone for those who got no answer", async () => {
    answersOf = (inputs) => inputs.map((input) => (input === "b" ? null : `${input} with others`));
    expect(await Promise.all(["a", "b", "c"].map(calls))).toEqual([
      "a with others",
      "b alone",
      "c with others",
    ]);
    expect(done).toEqual(["a+b+c", "b"]);
  });

  test("is done alone for each where it failed", async () => {
    answersOf = () => {
      throw new Error("a value that the database can't read");
    };
    expect(await Promise.all(["a", "b"].map(calls))).toEqual(["a alone", "b alone"]);
  });

  test("is unavailable for each where nobody knows what became of it, and is not done again", async () => {
    answersOf = () => {
      throw new CurfewError("unavailable", { retryAfterSeconds: 2 });
    };
    expect(await Promise.all(["a", "b"].map((input) => outcomeOf(calls(input))))).toEqual([
      "unavailable",
      "unavailable",
    ]);
    expect(done).toEqual(["a+b"]);
    answersOf = (inputs) => [...inputs];
    expect(await Promise.all(["a", "b"].map(calls))).toEqual(["a", "b"]);
  });

  test("hands on the error of who went alone, and lets others go", async () => {
    calls = gather({
      keyOf: (input: string) => input,
      together: async (inputs) => inputs.map(() => null),
      alone: (input) =>
        input === "a" ? Promise.reject(new Error("refused")) : Promise.resolve(`${input} alone`),
      most: 3,
      lanes: 1,
      withinMs: WITHIN_MS,
    });
    expect(await outcomeOf(calls("a"))).toBe("not ours: Error: refused");
    expect(await Promise.all(["a", "b"].map((input) => outcomeOf(calls(input))))).toEqual([
      "not ours: Error: refused",
      "done",
    ]);
  });
});
