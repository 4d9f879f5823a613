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

  it("is formatted as the last line of a run", () => {
    expect(lastLine({ ...NOTHING, passed: 812, failed: 3, skipped: 1 })).toBe(
      "812 passed, 3 failed, 1 skipped",
    );
  });

  it("gives exit code 0 if everything passed", () => {
    expect(exitCodeOf(onePassed(), { strict: true })).toBe(0);
  });

  it("gives exit code 1 if something failed", () => {
    expect(exitCodeOf(add(onePassed(), oneFailed("build")), { strict: false })).toBe(1);
  });

  it("gives exit code 1 for a skipped test only in a strict run", () => {
    expect(exitCodeOf(add(onePassed(), skipped), { strict: true })).toBe(1);
    expect(exitCodeOf(add(onePassed(), skipped), { strict: false })).toBe(0);
  });

  it("gives exit code 1 if nothing passed", () => {
    expect(exitCodeOf(NOTHING, { strict: false })).toBe(1);
  });
});
