/** Which runs of Vitest and Playwright execute the tests that the page of attacks names. */

/** Tests that other files run: the conformance suite is run by a test file of each database. */
const RUN_BY = [
  {
    prefix: "packages/core/testing/conformance/",
    file: "packages/sql/test/conformance.test.ts",
  },
  { prefix: "packages/sql/test/support/machine-sleep.ts", file: "packages/sql/test/machine-sleep.test.ts" },
];

/** Projects by the paths of their tests; the first that matches has the file. @type {readonly (readonly [RegExp, string])[]} */
const PROJECTS = [
  [/^apps\/web\/test\/e2e\//, "playwright"],
  [/^apps\/server\/test\/http\/short-sessions\./, "real-minute"],
  [/^(?:apps\/server\/test\/http|examples\/[^/]+\/test)\/.*\.test\.ts$/, "http"],
  [/^(?:apps\/server|packages\/[^/]+)\/test\/postgres\//, "postgres"],
  [/^apps\/server\/test\/crash\//, "crash"],
  [/^packages\/[^/]+\/test\/model\//, "model"],
  [/^packages\/react\/test\/.*\.tsx$|\.browser\.test\.ts$/, "browser"],
  [/\.test\.(?:ts|js)$/, "unit"],
];

/** The file that executes the tests of a file. @param {string} path */
export const executedBy = (path) => RUN_BY.find(({ prefix }) => path.startsWith(prefix))?.file ?? path;

/** The project that runs a file; undefined if none does. @param {string} path */
export const projectOf = (path) => PROJECTS.find(([pattern]) => pattern.test(executedBy(path)))?.[1];

/**
 * Groups files by the project that runs them.
 *
 * @param {readonly string[]} paths of test files
 * @returns {ReadonlyMap<string, readonly string[]>} the files to run, by project; `playwright` is Playwright's
 * @throws if no project runs a file
 */
export function groupByProject(paths) {
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  for (const path of new Set(paths.map(executedBy))) {
    const project = projectOf(path);
    if (project === undefined) throw new Error(`${path}: no project runs this file`);
    groups.set(project, [...(groups.get(project) ?? []), path]);
  }
  return groups;
}
