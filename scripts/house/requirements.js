import { cellsOf, namedTestFaults, testsNamedIn } from "./named-tests.js";

const PAGE = "docs/requirements.md";
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
    rowFaults(cellsOf(line, 5), texts).map((fault) => `${PAGE}:${index + 1}: ${fault}`),
  );
}

/**
 * @param {string[]} cells
 * @param {ReadonlyMap<string, string>} texts
 * @returns {string[]}
 */
function rowFaults([name, , status = "", , evidence = ""], texts) {
  if (!name) return [];
  const tests = testsNamedIn(PAGE, evidence);
  const faults = namedTestFaults(tests, texts);
  if (!STATUSES.has(status)) faults.push(`${name}: unknown status “${status}”`);
  if (status === "met" && tests.length === 0) faults.push(`${name} is met but names no test`);
  return faults;
}
