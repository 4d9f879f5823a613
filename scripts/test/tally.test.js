import { describe, expect, it } from "vitest";
import { add, exitCodeOf, lastLine, NOTHING, oneFailed, onePassed } from "../checks/tally.js";

const skipped = { ...NOTHING, skipped: 1, skippedNames: ["unit: needs a database"] };

describe("a tally", () => {
  it("adds counts and keeps the names in order", () => {
    expect(add(add(oneFailed("build"), onePassed()), add(oneFailed("knip"), skipped))).toEqual({
      passed: 1,
      failed: 2,
      skipped: 1,
      failedNames: ["build", "knip"],
      skippedNames: ["unit: needs a database"],
    });
  });

  it("ends a run with one plain line", () => {
    expect(lastLine({ ...NOTHING, passed: 812, failed: 3, skipped: 1 })).toBe(
      "812 passed, 3 failed, 1 skipped",
    );
  });

  it("passes where everything passed", () => {
    expect(exitCodeOf(onePassed(), { strict: true })).toBe(0);
  });

  it("fails where one thing failed", () => {
    expect(exitCodeOf(add(onePassed(), oneFailed("build")), { strict: false })).toBe(1);
  });

  it("fails a strict run where something was skipped, and lets it pass elsewhere", () => {
    expect(exitCodeOf(add(onePassed(), skipped), { strict: true })).toBe(1);
    expect(exitCodeOf(add(onePassed(), skipped), { strict: false })).toBe(0);
  });

  it("fails a run in which nothing passed", () => {
    expect(exitCodeOf(NOTHING, { strict: false })).toBe(1);
  });
});
