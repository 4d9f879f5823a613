/** Compares the results of test runs with the tests that the page of attacks names. */
import { executedBy } from "./runs.js";

/**
 * The result of one test.
 *
 * @typedef {object} Result
 * @property {string} path of the file that was run
 * @property {string} title
 * @property {"passed" | "failed" | "skipped"} status
 */

/** Placeholders of Vitest's `each` and `for`, and of template literals. */
const PLACEHOLDER = /\$\{[^}]*\}|\$[a-zA-Z_][\w.]*|%[sdifjo#$]/g;

/** A pattern for the titles that a source's title becomes. @param {string} title */
function titlePattern(title) {
  const parts = title.split(PLACEHOLDER).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

/**
 * Judges an attack: it is repelled if each of its tests ran and passed.
 *
 * @param {import("./page.js").Attack} attack
 * @param {readonly Result[]} results
 * @returns {{ status: "passed" | "failed" | "skipped", reasons: readonly string[] }}
 */
export function judge({ tests }, results) {
  /** @type {string[]} */
  const reasons = [];
  let failed = false;
  for (const { path, title = "" } of tests) {
    const file = executedBy(path);
    const pattern = titlePattern(title);
    const matching = results.filter((result) => result.path === file && pattern.test(result.title));
    const bad = matching.filter(({ status }) => status !== "passed");
    if (matching.length === 0) reasons.push(`did not run: ${path} “${title}”`);
    for (const { status } of bad) reasons.push(`${status}: ${path} “${title}”`);
    failed ||= matching.length === 0 || bad.some(({ status }) => status === "failed");
  }
  return { status: failed ? "failed" : reasons.length > 0 ? "skipped" : "passed", reasons };
}

/**
 * @param {import("../checks/reports.js").VitestReport} report
 * @param {string} root absolute path of the repository
 * @returns {Result[]}
 */
export function resultsOfVitest({ testResults }, root) {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ title, status }) => ({
      path: relative(name, root),
      title,
      status: vitestStatus(status),
    })),
  );
}

/**
 * @param {import("../checks/reports.js").PlaywrightReport} report
 * @param {string} directory of the tests, from the root of the repository
 * @returns {Result[]}
 */
export function resultsOfPlaywright({ suites }, directory) {
  /** @param {import("../checks/reports.js").PlaywrightSuite} suite @param {string} path @returns {Result[]} */
  const resultsOf = ({ suites: inner = [], specs = [] }, path) => [
    ...specs.flatMap(({ title, tests }) =>
      tests.map(({ status }) => ({ path, title, status: playwrightStatus(status) })),
    ),
    ...inner.flatMap((suite) => resultsOf(suite, path)),
  ];
  // The outermost suites are the files.
  return suites.flatMap((suite) => resultsOf(suite, `${directory}/${suite.title}`));
}

/** @param {string} path @param {string} root */
const relative = (path, root) => (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path);

/** @param {string} status @returns {Result["status"]} */
const vitestStatus = (status) => (status === "passed" || status === "failed" ? status : "skipped");

/** @param {string} status @returns {Result["status"]} */
const playwrightStatus = (status) =>
  status === "expected" ? "passed" : status === "skipped" ? "skipped" : "failed";
