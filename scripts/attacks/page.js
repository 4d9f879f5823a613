/** The page of attacks, `docs/attacks.md`: a table with a sentence, its sources and its tests for each attack. */
import { cellsOf, namedTestFaults, testsNamedIn } from "../house/named-tests.js";
import { projectOf } from "./runs.js";

export const ATTACKS_PAGE = "docs/attacks.md";
/** The heading of a table's first column. */
const HEADING = "attack";

/**
 * @typedef {object} Attack
 * @property {number} line of the page
 * @property {string} sentence what an attacker does, and what comes of it
 * @property {string} source the standard, the advisory or the incident that the attack is known from
 * @property {readonly import("../house/named-tests.js").NamedTest[]} tests all of which must pass
 */

/**
 * Reads the page.
 *
 * @param {string} text
 * @returns {Attack[]}
 */
export function readAttacks(text) {
  return text.split("\n").flatMap((line, index) => {
    const [sentence = "", source = "", evidence = ""] = cellsOf(line, 3);
    if (sentence === "" || sentence === HEADING) return [];
    return [{ line: index + 1, sentence, source, tests: testsNamedIn(ATTACKS_PAGE, evidence) }];
  });
}

/**
 * Finds faults of the page: an attack without a source or a test, one that is listed twice, or a named test that does not exist or is in
 * a file that no project runs.
 *
 * @param {readonly import("../house/files.js").TextFile[]} files
 * @returns {string[]} the faults
 */
export function attackFaults(files) {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const seen = new Set();
  return readAttacks(texts.get(ATTACKS_PAGE) ?? "").flatMap(({ line, sentence, source, tests }) => {
    const faults = namedTestFaults(tests, texts);
    for (const { path } of tests) if (projectOf(path) === undefined) faults.push(`no project runs ${path}`);
    if (source === "") faults.push("the attack has no source");
    if (tests.length === 0) faults.push("the attack names no test");
    if (seen.has(sentence)) faults.push("the attack is listed twice");
    seen.add(sentence);
    return faults.map((fault) => `${ATTACKS_PAGE}:${line}: ${fault}`);
  });
}
