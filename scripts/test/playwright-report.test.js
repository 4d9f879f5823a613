import { expect, test } from "vitest";
import { tallyOf } from "../checks/playwright-report.js";

/**
 * @param {string} title
 * @param {...string} statuses
 */
const spec = (title, ...statuses) => ({ title, tests: statuses.map((status) => ({ status })) });

test("the tests of nested suites are counted, and those that did not pass named by where they stand", () => {
  const report = {
    errors: [],
    suites: [
      {
        title: "login.spec.ts",
        specs: [spec("signs in", "expected"), spec("is rarely right", "flaky")],
        suites: [{ title: "banners", specs: [spec("tells why", "unexpected"), spec("waits", "skipped")] }],
      },
      { title: "home.spec.ts", specs: [spec("draws a strip", "expected")] },
    ],
  };
  expect(tallyOf("web", report, 1)).toEqual({
    passed: 2,
    failed: 2,
    skipped: 1,
    failedNames: ["web: login.spec.ts: is rarely right", "web: login.spec.ts: banners: tells why"],
    skippedNames: ["web: login.spec.ts: banners: waits"],
  });
});

test("what fails outside of any test is a failure, told by the first line of what it said", () => {
  const report = { errors: [{ message: "the web app is not built\n    at setup" }], suites: [] };
  expect(tallyOf("web", report, 1)).toMatchObject({
    passed: 0,
    failed: 1,
    failedNames: ["web: the web app is not built"],
  });
});

test("a run that failed though all of its tests passed is one failure", () => {
  const report = {
    errors: [],
    suites: [{ title: "home.spec.ts", specs: [spec("draws a strip", "expected")] }],
  };
  expect(tallyOf("web", report, null)).toMatchObject({
    passed: 1,
    failed: 1,
    failedNames: ["web: the run itself"],
  });
  expect(tallyOf("web", report, 0)).toMatchObject({ passed: 1, failed: 0 });
});
