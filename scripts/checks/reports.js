import { NOTHING } from "./tally.js";

/** @typedef {import("./tally.js").Tally} Tally */

/**
 * The fields of Vitest's JSON report that are read here.
 *
 * @typedef {object} VitestReport
 * @property {readonly VitestFile[]} testResults
 *
 * @typedef {object} VitestFile
 * @property {string} name
 * @property {string} status
 * @property {readonly { fullName: string, title: string, status: string }[]} assertionResults
 */

/**
 * Counts the tests of a Vitest report. A file that failed without a failed test (a load error, a hook) counts as one failure, and
 * so does a run that failed without any.
 *
 * @param {string} heading
 * @param {VitestReport} report
 * @param {number | null} exitCode of the run
 * @returns {Tally}
 */
export function tallyOfVitest(heading, { testResults }, exitCode) {
  let passed = 0;
  /** @type {string[]} */
  const failedNames = [];
  /** @type {string[]} */
  const skippedNames = [];
  for (const file of testResults) {
    const failedBefore = failedNames.length;
    for (const { fullName, status } of file.assertionResults) {
      if (status === "passed") passed++;
      else if (status === "failed") failedNames.push(`${heading}: ${fullName}`);
      else skippedNames.push(`${heading}: ${fullName}`);
    }
    if (file.status === "failed" && failedNames.length === failedBefore)
      failedNames.push(`${heading}: ${file.name}`);
  }
  return tallyOfRun({ heading, exitCode, passed, failedNames, skippedNames });
}

/**
 * The fields of Playwright's JSON report that are read here.
 *
 * @typedef {object} PlaywrightReport
 * @property {readonly PlaywrightSuite[]} suites
 * @property {readonly { message?: string }[]} errors failures outside of any test
 *
 * @typedef {object} PlaywrightSuite
 * @property {string} title
 * @property {readonly PlaywrightSuite[]} [suites]
 * @property {readonly { title: string, tests: readonly { status: string }[] }[]} [specs]
 */

/**
 * Counts the tests of a Playwright report. A flaky test counts as failed, and a run that failed without a failed test as one failure.
 *
 * @param {string} heading
 * @param {PlaywrightReport} report
 * @param {number | null} exitCode of the run
 * @returns {Tally}
 */
export function tallyOfPlaywright(heading, { suites, errors }, exitCode) {
  let passed = 0;
  const failedNames = errors.map(({ message = "the run itself" }) => `${heading}: ${firstLine(message)}`);
  /** @type {string[]} */
  const skippedNames = [];
  for (const { name, status } of suites.flatMap((suite) => resultsOf(suite, [heading])))
    if (status === "expected") passed++;
    else if (status === "skipped") skippedNames.push(name);
    else failedNames.push(name);
  return tallyOfRun({ heading, exitCode, passed, failedNames, skippedNames });
}

/**
 * @param {PlaywrightSuite} suite
 * @param {readonly string[]} parents
 * @returns {{ name: string, status: string }[]}
 */
function resultsOf({ title, suites = [], specs = [] }, parents) {
  const path = [...parents, title];
  return [
    ...specs.flatMap((spec) =>
      spec.tests.map(({ status }) => ({ name: [...path, spec.title].join(": "), status })),
    ),
    ...suites.flatMap((suite) => resultsOf(suite, path)),
  ];
}

/** @param {string} text */
const firstLine = (text) => text.split("\n", 1)[0] ?? "";

/**
 * @param {{ heading: string, exitCode: number | null, passed: number, failedNames: string[], skippedNames: string[] }} run
 * @returns {Tally}
 */
function tallyOfRun({ heading, exitCode, passed, failedNames, skippedNames }) {
  if (exitCode !== 0 && failedNames.length === 0) failedNames.push(`${heading}: the run itself`);
  const [failed, skipped] = [failedNames.length, skippedNames.length];
  return { ...NOTHING, passed, failed, skipped, failedNames, skippedNames };
}
