import { NOTHING } from "./tally.js";

/**
 * The part of Playwright's JSON report that is counted.
 *
 * @typedef {object} PlaywrightReport
 * @property {readonly ReportedSuite[]} suites
 * @property {readonly { message?: string }[]} errors what failed outside of any test
 *
 * @typedef {object} ReportedSuite
 * @property {string} title
 * @property {readonly ReportedSuite[]} [suites]
 * @property {readonly { title: string, tests: readonly { status: string }[] }[]} [specs]
 */

/**
 * Counts the tests of a report: one that passes only sometimes has failed, as has a run that failed with no failed test.
 *
 * @param {string} heading
 * @param {PlaywrightReport} report
 * @param {number | null} exitCode of the run
 * @returns {import("./tally.js").Tally}
 */
export function tallyOf(heading, report, exitCode) {
  let passed = 0;
  /** @type {string[]} */
  const failedNames = report.errors.map(
    ({ message = "the run itself" }) => `${heading}: ${firstLine(message)}`,
  );
  /** @type {string[]} */
  const skippedNames = [];
  for (const { name, status } of report.suites.flatMap((suite) => resultsOf(suite, [heading])))
    if (status === "expected") passed++;
    else if (status === "skipped") skippedNames.push(name);
    else failedNames.push(name);
  if (exitCode !== 0 && failedNames.length === 0) failedNames.push(`${heading}: the run itself`);
  return {
    ...NOTHING,
    passed,
    failed: failedNames.length,
    skipped: skippedNames.length,
    failedNames,
    skippedNames,
  };
}

/**
 * @param {ReportedSuite} suite
 * @param {readonly string[]} path
 * @returns {{ name: string, status: string }[]}
 */
function resultsOf({ title, suites = [], specs = [] }, path) {
  const here = [...path, title];
  return [
    ...specs.flatMap((spec) =>
      spec.tests.map(({ status }) => ({ name: [...here, spec.title].join(": "), status })),
    ),
    ...suites.flatMap((suite) => resultsOf(suite, here)),
  ];
}

/** @param {string} text */
const firstLine = (text) => text.split("\n", 1)[0] ?? "";
