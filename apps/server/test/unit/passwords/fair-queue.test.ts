import { CurfewError } from "@curfew/core";
import { describe, expect, it } from "vitest";
import { createFairQueue } from "../../../src/passwords/fair-queue.js";
import { createGates } from "../gates.js";

const HOME = "192.0.2.1";
const OFFICE = "192.0.2.2";
const FLOOD = "198.51.100.1";

/** A queue whose tasks block until the test opens their gate, one at a time. */
function gatedQueue(maxWaiting = 100) {
  const gates = createGates();
  const queue = createFairQueue({ concurrency: 1, maxWaiting, retryAfterSeconds: 7 });
  const refused: string[] = [];
  const run = (network: string, name: string): void =>
    void queue
      .run(network, () => gates.enter(name))
      .catch((error: unknown) => {
        expect(error).toBeInstanceOf(CurfewError);
        expect(error).toMatchObject({ code: "unavailable", details: { retryAfterSeconds: 7 } });
        refused.push(name);
      });
  /** Lets the running task and all that follow it finish, and returns the order in which they ran. */
  async function drain(): Promise<readonly string[]> {
    await gates.settled();
    for (let index = 0; index < gates.entered.length; index += 1)
      await gates.open(gates.entered[index] ?? "");
    return gates.entered;
  }
  return { queue, run, drain, refused, settled: gates.settled };
}

describe("the queue of password hashes", () => {
  it("runs a bounded number of tasks at once, and those of one network in order", async () => {
    const gates = createGates();
    const queue = createFairQueue({ concurrency: 2, maxWaiting: 10, retryAfterSeconds: 1 });
    const done = ["a", "b", "c", "d"].map((name) => queue.run(HOME, () => gates.enter(name)));
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

  it("lets networks take turns: a flood of one delays another by one hash", async () => {
    const { run, drain } = gatedQueue();
    for (let count = 0; count < 50; count += 1) run(FLOOD, `flood ${count}`);
    run(HOME, "home 1");
    run(OFFICE, "office");
    run(HOME, "home 2");
    const order = await drain();
    expect(order).toHaveLength(53);
    expect(order.slice(0, 7)).toEqual([
      "flood 0",
      "flood 1",
      "home 1",
      "office",
      "flood 2",
      "home 2",
      "flood 3",
    ]);
  });

  it("gives the 65,536 networks of one /48 one turn together", async () => {
    const { run, drain } = gatedQueue();
    for (let count = 0; count < 200; count += 1)
      run(`2001:db8:1:${count.toString(16)}::/64`, `flood ${count}`);
    run(HOME, "home 1");
    run("2001:db8:2:1::/64", "office");
    run(HOME, "home 2");
    const order = await drain();
    expect(order).toHaveLength(100 + 1);
    for (const name of ["home 1", "office", "home 2"]) expect(order.indexOf(name)).toBeLessThan(8);
  });

  it("lets the networks of one /48 take turns in it", async () => {
    const { run, drain } = gatedQueue();
    for (let count = 0; count < 50; count += 1) run("2001:db8:1:1::/64", `flood ${count}`);
    run("2001:db8:1:2::/64", "neighbour");
    expect((await drain()).indexOf("neighbour")).toBeLessThan(3);
  });

  it("drops the newest task of the network that waits with the most, once it is full", async () => {
    const { run, drain, refused, settled } = gatedQueue(4);
    for (let count = 0; count < 5; count += 1) run(FLOOD, `flood ${count}`);
    run(HOME, "home 1");
    run(HOME, "home 2");
    await settled();
    expect(refused).toEqual(["flood 4", "flood 3"]);
    run(FLOOD, "flood 5");
    await settled();
    expect(refused).toEqual(["flood 4", "flood 3", "flood 5"]);
    expect(await drain()).toEqual(["flood 0", "flood 1", "home 1", "flood 2", "home 2"]);
  });

  it("refuses every task with Retry-After where none may wait", async () => {
    const { run, drain, refused } = gatedQueue(0);
    run(HOME, "first");
    run(HOME, "second");
    run(OFFICE, "third");
    expect(await drain()).toEqual(["first"]);
    expect(refused).toEqual(["second", "third"]);
  });

  it("continues after a task that fails, and rejects only that task's caller", async () => {
    const queue = createFairQueue({ concurrency: 1, maxWaiting: 5, retryAfterSeconds: 1 });
    const failing = queue.run(HOME, () => Promise.reject(new Error("no memory")));
    const after = queue.run(HOME, async () => "fine");
    await expect(failing).rejects.toThrow("no memory");
    expect(await after).toBe("fine");
  });

  it("counts the tasks that run or wait", async () => {
    const { queue, run, drain } = gatedQueue();
    expect(queue.pending).toBe(0);
    for (const name of ["a", "b", "c"]) run(HOME, name);
    expect(queue.pending).toBe(3);
    await drain();
    expect(queue.pending).toBe(0);
  });
});
