import { NOTHING } from "./tally.js";

/**
 * The part of Vitest's JSON report that is counted.
 *
 * @typedef {object} VitestReport
 * @property {readonly ReportedFile[]} testResults
 *
 * @typedef {object} ReportedFile
 * @property {string} name
 * @property {string} status
 * @property {readonly { fullName: string, status: string }[]} assertionResults
 */

/**
 * Counts the tests of a report. A file that failed without a failed test (it did not load, its hooks threw) is one
 * failure, and so is a run that failed with none.
 *
 * @param {string} project
 * @param {VitestReport} report
 * @param {number | null} exitCode of the run
 * @returns {import("./tally.js").Tally}
 */
export function tallyOf(project, report, exitCode) {
  let passed = 0;
  /** @type {string[]} */
  const failedNames = [];
  /** @type {string[]} */
  const skippedNames = [];
  for (const file of report.testResults) {
    const failedBefore = failedNames.length;
    for (const { fullName, status } of file.assertionResults) {
      if (status === "passed") passed++;
      else if (status === "failed") failedNames.push(`${project}: ${fullName}`);
      else skippedNames.push(`${project}: ${fullName}`);
    }
    if (file.status === "failed" && failedNames.length === failedBefore)
      failedNames.push(`${project}: ${file.name}`);
  }
  if (exitCode !== 0 && failedNames.length === 0) failedNames.push(`${project}: the run itself`);
  return {
    ...NOTHING,
    passed,
    failed: failedNames.length,
    skipped: skippedNames.length,
    failedNames,
    skippedNames,
  };
}
