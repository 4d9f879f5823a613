import { posix } from "node:path";

const PAGE = "docs/requirements.md";
const IS_TEST = /\/test(?:ing)?\/.*\.ts$/;
const STATUSES = new Set(["met", "partly", "not met", "host", "n/a"]);

/**
 * What the page of requirements says that is not so: a test that is not there, a status that is none, or a requirement
 * that is met with nothing to show it.
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

/** @param {string} line @returns {string[]} none where it is no row of five */
function cellsOf(line) {
  const cells = line.startsWith("| ") ? line.slice(1, -1).split("|") : [];
  return cells.length === 5 ? cells.map((cell) => cell.trim()) : [];
}

/**
 * @param {string[]} cells
 * @param {ReadonlyMap<string, string>} texts
 * @returns {string[]}
 */
function rowFaults([name, , status = "", , shown = ""], texts) {
  if (!name || name === "---") return [];
  const tests = testsOf(shown);
  const faults = tests.flatMap(({ path, title }) => {
    if (title === undefined) return [`${path} is linked with no test named`];
    const text = texts.get(path) ?? "";
    return ['"', "`"].some((quote) => text.includes(quote + title + quote))
      ? []
      : [`${path} has no test “${title}”`];
  });
  if (!STATUSES.has(status)) faults.push(`${name}: “${status}” is no status`);
  if (status === "met" && tests.length === 0) faults.push(`${name} is met, with no test to show it`);
  return faults;
}

/** The tests that a cell names: a link to the file, and the title in quotation marks. @param {string} cell */
function testsOf(cell) {
  return [...cell.matchAll(/\]\(([^)]+)\)(?: “([^”]+)”)?/g)]
    .map(([, link = "", title]) => ({ path: posix.join(posix.dirname(PAGE), link), title }))
    .filter(({ path }) => IS_TEST.test(path));
}
