import { describe, expect, it } from "vitest";
import { runChecks } from "../checks/run-checks.js";
import { NOTHING } from "../checks/tally.js";
import { timetable } from "../checks/timetable.js";

/**
 * Schedules checks that end when the test calls `end`.
 *
 * @param {{ name: string, slots?: number, after?: readonly string[] }[]} checks
 * @param {number} slots
 */
function schedule(checks, slots) {
  /** @type {Map<string, () => void>} */
  const running = new Map();
  const ended = runChecks({
    checks,
    slots,
    slotsOf: ({ slots = 1 }) => slots,
    after: ({ after = [] }) => checks.filter(({ name }) => after.includes(name)),
    run: ({ name }) =>
      new Promise((resolve) => {
        running.set(name, () => {
          running.delete(name);
          resolve();
        });
      }),
  });
  return {
    ended,
    running: () => [...running.keys()],
    /** @param {string} name */
    async end(name) {
      running.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe("concurrent checks", () => {
  it("start in order, as many as there are slots, and the next when one ends", async () => {
    const { running, end, ended } = schedule([{ name: "a" }, { name: "b" }, { name: "c" }], 2);
    expect(running()).toEqual(["a", "b"]);
    await end("b");
    expect(running()).toEqual(["a", "c"]);
    await end("a");
    await end("c");
    await ended;
  });

  it("start only after the checks that they depend on", async () => {
    const { running, end } = schedule(
      [{ name: "build" }, { name: "http", after: ["build"] }, { name: "unit" }],
      3,
    );
    expect(running()).toEqual(["build", "unit"]);
    await end("build");
    expect(running()).toEqual(["unit", "http"]);
  });

  it("run alone if they take all slots, without delaying later checks that fit", async () => {
    const { running, end } = schedule(
      [{ name: "a" }, { name: "alone", slots: Number.POSITIVE_INFINITY }, { name: "b" }],
      2,
    );
    expect(running()).toEqual(["a", "b"]);
    await end("a");
    expect(running()).toEqual(["b"]);
    await end("b");
    expect(running()).toEqual(["alone"]);
  });

  it("run alongside all others if they take no slot", () => {
    const { running } = schedule([{ name: "a" }, { name: "slotless", slots: 0 }, { name: "b" }], 1);
    expect(running()).toEqual(["a", "slotless"]);
  });

  it("are rejected if two depend on each other", async () => {
    const { ended } = schedule(
      [
        { name: "a", after: ["b"] },
        { name: "b", after: ["a"] },
      ],
      2,
    );
    await expect(ended).rejects.toThrow("depend on each other");
  });
});

describe("the timetable", () => {
  it("lists the wall time of each check, in starting order, and of the whole run", () => {
    const tally = { ...NOTHING, passed: 12 };
    const rows = [
      { heading: "unit", fromMs: 2_000, durationMs: 61_500, tally },
      { heading: "build", fromMs: 0, durationMs: 2_000, tally },
    ];
    expect(timetable(rows, 63_600).split("\n")).toEqual([
      "   2.0 s  from    0.0 s     12 passed  build",
      "  61.5 s  from    2.0 s     12 passed  unit",
      "  63.6 s  the whole run",
    ]);
  });
});
