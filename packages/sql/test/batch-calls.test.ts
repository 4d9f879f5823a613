import { setImmediate as nextTurn } from "node:timers/promises";
import { CurfewError } from "@curfew/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { batchCalls } from "../src/batch-calls.js";
import { outcomeOf } from "./support/outcomes.js";

const MAX_WAIT_MS = 20;

/** The batches and single runs in the order of their start, and a function for each that lets it finish. */
let runs: string[];
let finish: (() => void)[];
let holdsRuns: boolean;
let batchOutputs: (inputs: readonly string[]) => (string | null)[];
let call: (input: string) => Promise<string>;

const untilFinished = (): Promise<void> =>
  holdsRuns ? new Promise((resolve) => finish.push(resolve)) : Promise.resolve();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  runs = [];
  finish = [];
  holdsRuns = false;
  batchOutputs = (inputs) => inputs.map((input) => `${input} in batch`);
  call = batchCalls({
    // The key of "a1" and "a2" is "a".
    keyOf: (input: string) => input.slice(0, 1),
    async runBatch(inputs) {
      runs.push(inputs.join("+"));
      await untilFinished();
      return batchOutputs(inputs);
    },
    async runSingle(input) {
      runs.push(input);
      await untilFinished();
      return `${input} single`;
    },
    maxBatchSize: 3,
    maxConcurrentBatches: 2,
    maxWaitMs: MAX_WAIT_MS,
  });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("concurrent calls", () => {
  test("run as one batch, and each gets its own answer", async () => {
    expect(await Promise.all(["a", "b"].map(call))).toEqual(["a in batch", "b in batch"]);
    expect(runs).toEqual(["a+b"]);
  });

  test("do not form a batch of one: a single call runs individually", async () => {
    expect(await call("a")).toBe("a single");
    expect(runs).toEqual(["a"]);
  });

  test("are batched in the order of arrival, up to the maximum batch size", async () => {
    await Promise.all(["a", "b", "c", "d", "e"].map(call));
    expect(runs).toEqual(["a+b+c", "d+e"]);
  });

  test("with the same key are never in the same batch", async () => {
    expect(await Promise.all(["a1", "a2", "b"].map(call))).toEqual([
      "a1 in batch",
      "a2 single",
      "b in batch",
    ]);
    expect(runs).toEqual(["a1+b", "a2"]);
  });
});

describe("at the maximum number of concurrent batches", () => {
  const fillLimit = async () => {
    holdsRuns = true;
    const first = call("a");
    await nextTurn();
    const second = call("b");
    await nextTurn();
    return [first, second];
  };

  test("new calls wait, and run as one batch as soon as a batch finishes", async () => {
    const [first] = await fillLimit();
    const third = [call("c"), call("d")];
    await nextTurn();
    expect(runs).toEqual(["a", "b"]);
    finish[0]?.();
    await first;
    while (runs.length < 3) await nextTurn();
    expect(runs).toEqual(["a", "b", "c+d"]);
    finish[2]?.();
    expect(await Promise.all(third)).toEqual(["c in batch", "d in batch"]);
  });

  test("a call waits no longer than the maximum wait", async () => {
    await fillLimit();
    void call("c");
    await vi.advanceTimersByTimeAsync(MAX_WAIT_MS - 1);
    expect(runs).toEqual(["a", "b"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(runs).toEqual(["a", "b", "c"]);
    // The same holds for a later call.
    void call("d");
    await vi.advanceTimersByTimeAsync(MAX_WAIT_MS);
    expect(runs).toEqual(["a", "b", "c", "d"]);
  });
});

describe("a batch that can't answer a call", () => {
  test("leaves that call to run individually", async () => {
    batchOutputs = (inputs) => inputs.map((input) => (input === "b" ? null : `${input} in batch`));
    expect(await Promise.all(["a", "b", "c"].map(call))).toEqual(["a in batch", "b single", "c in batch"]);
    expect(runs).toEqual(["a+b+c", "b"]);
  });

  test("leaves all its calls to run individually if it fails", async () => {
    batchOutputs = () => {
      throw new Error("a value that the database can't read");
    };
    expect(await Promise.all(["a", "b"].map(call))).toEqual(["a single", "b single"]);
  });

  test("rejects all its calls as unavailable, and is not retried, if its effects are unknown", async () => {
    batchOutputs = () => {
      throw new CurfewError("unavailable", { retryAfterSeconds: 2 });
    };
    expect(await Promise.all(["a", "b"].map((input) => outcomeOf(call(input))))).toEqual([
      "unavailable",
      "unavailable",
    ]);
    expect(runs).toEqual(["a+b"]);
    batchOutputs = (inputs) => [...inputs];
    expect(await Promise.all(["a", "b"].map(call))).toEqual(["a", "b"]);
  });

  test("rejects a call whose individual run fails with its error, and answers the others", async () => {
    call = batchCalls({
      keyOf: (input: string) => input,
      runBatch: async (inputs) => inputs.map(() => null),
      runSingle: (input) =>
        input === "a" ? Promise.reject(new Error("refused")) : Promise.resolve(`${input} single`),
      maxBatchSize: 3,
      maxConcurrentBatches: 1,
      maxWaitMs: MAX_WAIT_MS,
    });
    expect(await outcomeOf(call("a"))).toBe("other error: Error: refused");
    expect(await Promise.all(["a", "b"].map((input) => outcomeOf(call(input))))).toEqual([
      "other error: Error: refused",
      "done",
    ]);
  });
});
