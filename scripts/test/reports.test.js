import { describe, expect, it } from "vitest";
import { tallyOfPlaywright, tallyOfVitest } from "../checks/reports.js";

/** @param {string} name @param {string} status @param {[string, string][]} tests */
const file = (name, status, tests) => ({
  name,
  status,
  assertionResults: tests.map(([fullName, outcome]) => ({ fullName, title: fullName, status: outcome })),
});

describe("the tally of a Vitest report", () => {
  it("counts passed tests and names failed, skipped, todo and pending ones", () => {
    const report = {
      testResults: [
        file("a.test.ts", "passed", [
          ["adds", "passed"],
          ["waits", "skipped"],
          ["is planned", "todo"],
          ["hangs", "pending"],
        ]),
        file("b.test.ts", "failed", [
          ["divides", "failed"],
          ["multiplies", "passed"],
        ]),
      ],
    };
    expect(tallyOfVitest("unit", report, 1)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 3,
      failedNames: ["unit: divides"],
      skippedNames: ["unit: waits", "unit: is planned", "unit: hangs"],
    });
  });

  it("counts a file that fails to load as one failure", () => {
    const report = {
      testResults: [file("a.test.ts", "failed", []), file("b.test.ts", "passed", [["adds", "passed"]])],
    };
    expect(tallyOfVitest("unit", report, 1)).toMatchObject({
      passed: 1,
      failed: 1,
      failedNames: ["unit: a.test.ts"],
    });
  });

  it("counts a file with passed tests and a failed hook as one failure", () => {
    const report = { testResults: [file("a.test.ts", "failed", [["adds", "passed"]])] };
    expect(tallyOfVitest("unit", report, 1)).toMatchObject({
      passed: 1,
      failed: 1,
      failedNames: ["unit: a.test.ts"],
    });
  });

  it("counts a failed run without a failed test as one failure", () => {
    const report = { testResults: [file("a.test.ts", "passed", [["adds", "passed"]])] };
    expect(tallyOfVitest("http", report, 1)).toMatchObject({
      passed: 1,
      failed: 1,
      failedNames: ["http: the run itself"],
    });
  });

  it("counts no failure in a passed run", () => {
    const report = { testResults: [file("a.test.ts", "passed", [["adds", "passed"]])] };
    expect(tallyOfVitest("http", report, 0)).toMatchObject({ passed: 1, failed: 0, skipped: 0 });
  });
});

/**
 * @param {string} title
 * @param {...string} statuses
 */
const spec = (title, ...statuses) => ({ title, tests: statuses.map((status) => ({ status })) });

describe("the tally of a Playwright report", () => {
  it("counts the tests of nested suites and names the others by their path", () => {
    const report = {
      errors: [],
      suites: [
        {
          title: "login.spec.ts",
          specs: [spec("signs in", "expected"), spec("passes sometimes", "flaky")],
          suites: [
            { title: "banners", specs: [spec("states the reason", "unexpected"), spec("waits", "skipped")] },
          ],
        },
        { title: "home.spec.ts", specs: [spec("draws a strip", "expected")] },
      ],
    };
    expect(tallyOfPlaywright("web", report, 1)).toEqual({
      passed: 2,
      failed: 2,
      skipped: 1,
      failedNames: ["web: login.spec.ts: passes sometimes", "web: login.spec.ts: banners: states the reason"],
      skippedNames: ["web: login.spec.ts: banners: waits"],
    });
  });

  it("counts an error outside of any test as a failure, named by the first line of its message", () => {
    const report = { errors: [{ message: "the web app is not built\n    at setup" }], suites: [] };
    expect(tallyOfPlaywright("web", report, 1)).toMatchObject({
      passed: 0,
      failed: 1,
      failedNames: ["web: the web app is not built"],
    });
  });

  it("counts a failed run without a failed test as one failure", () => {
    const report = {
      errors: [],
      suites: [{ title: "home.spec.ts", specs: [spec("draws a strip", "expected")] }],
    };
    expect(tallyOfPlaywright("web", report, null)).toMatchObject({
      passed: 1,
      failed: 1,
      failedNames: ["web: the run itself"],
    });
    expect(tallyOfPlaywright("web", report, 0)).toMatchObject({ passed: 1, failed: 0 });
  });
});
