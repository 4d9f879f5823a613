import { describe, expect, it } from "vitest";
import { tallyOf } from "../checks/vitest-report.js";

/** @param {string} name @param {string} status @param {[string, string][]} tests */
const file = (name, status, tests) => ({
  name,
  status,
  assertionResults: tests.map(([fullName, outcome]) => ({ fullName, status: outcome })),
});

describe("the count of a Vitest report", () => {
  it("counts what passed, and names what failed and what was skipped, todo or pending", () => {
    const report = {
      testResults: [
        file("a.test.ts", "passed", [
          ["adds", "passed"],
          ["waits", "skipped"],
          ["dreams", "todo"],
          ["hangs", "pending"],
        ]),
        file("b.test.ts", "failed", [
          ["divides", "failed"],
          ["multiplies", "passed"],
        ]),
      ],
    };
    expect(tallyOf("unit", report, 1)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 3,
      failedNames: ["unit: divides"],
      skippedNames: ["unit: waits", "unit: dreams", "unit: hangs"],
    });
  });

  it("counts a file that did not load as one failure", () => {
    const report = {
      testResults: [file("a.test.ts", "failed", []), file("b.test.ts", "passed", [["adds", "passed"]])],
    };
    expect(tallyOf("unit", report, 1)).toMatchObject({
      passed: 1,
      failed: 1,
      failedNames: ["unit: a.test.ts"],
    });
  });

  it("counts a file whose hooks failed after its tests had passed as one failure", () => {
    const report = { testResults: [file("a.test.ts", "failed", [["adds", "passed"]])] };
    expect(tallyOf("unit", report, 1)).toMatchObject({
      passed: 1,
      failed: 1,
      failedNames: ["unit: a.test.ts"],
    });
  });

  it("counts a run that failed by itself, with no failed test, as one failure", () => {
    const report = { testResults: [file("a.test.ts", "passed", [["adds", "passed"]])] };
    expect(tallyOf("http", report, 1)).toMatchObject({
      passed: 1,
      failed: 1,
      failedNames: ["http: the run itself"],
    });
  });

  it("finds no failure in a run that passed", () => {
    const report = { testResults: [file("a.test.ts", "passed", [["adds", "passed"]])] };
    expect(tallyOf("http", report, 0)).toMatchObject({ passed: 1, failed: 0, skipped: 0 });
  });
});
