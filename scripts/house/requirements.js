import { posix } from "node:path";

const PAGE = "docs/requirements.md";
const IS_TEST = /\/test(?:ing)?\/.*\.ts$/;
const STATUSES = new Set(["met", "partly", "not met", "host", "n/a"]);

/**
 * Finds faults of the requirements page: a named test that does not exist, an unknown status, or a requirement that is met but
 * names no test.
 *
 * @param {readonly import("./files.js").TextFile[]} files
 * @returns {string[]} the faults
 */
export function requirementFaults(files) {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const lines = (texts.get(PAGE) ?? "").split("\n");
  return lines.flatMap((line, index) =>
    rowFaults(cellsOf(line), texts).map((fault) => `${PAGE}:${index + 1}: ${fault}`),
  );
}

/** @param {string} line @returns {string[]} empty if the line is not a table row of five cells */
function cellsOf(line) {
  const cells = line.startsWith("| ") ? line.slice(1, -1).split("|") : [];
  return cells.length === 5 ? cells.map((cell) => cell.trim()) : [];
}

/**
 * @param {string[]} cells
 * @param {ReadonlyMap<string, string>} texts
 * @returns {string[]}
 */
function rowFaults([name, , status = "", , evidence = ""], texts) {
  if (!name || name === "---") return [];
  const tests = testsOf(evidence);
  const faults = tests.flatMap(({ path, title }) => {
    if (title === undefined) return [`${path} is linked without a test title`];
    const text = texts.get(path) ?? "";
    return ['"', "`"].some((quote) => text.includes(quote + title + quote))
      ? []
      : [`${path} has no test “${title}”`];
  });
  if (!STATUSES.has(status)) faults.push(`${name}: unknown status “${status}”`);
  if (status === "met" && tests.length === 0) faults.push(`${name} is met but names no test`);
  return faults;
}

/** The tests that a cell names, each as a link to the file with the title in quotation marks. @param {string} cell */
function testsOf(cell) {
  return [...cell.matchAll(/\]\(([^)]+)\)(?: “([^”]+)”)?/g)]
    .map(([, link = "", title]) => ({ path: posix.join(posix.dirname(PAGE), link), title }))
    .filter(({ path }) => IS_TEST.test(path));
}
