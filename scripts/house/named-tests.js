import { posix } from "node:path";

const IS_TEST = /\/test(?:ing)?\/.*\.tsx?$/;

/**
 * A test that a page names, as a link to its file with the title in quotation marks.
 *
 * @typedef {object} NamedTest
 * @property {string} path from the root of the repository
 * @property {string | undefined} title as the source has it, with placeholders; undefined if the link has none
 */

/**
 * The tests that a part of a page names.
 *
 * @param {string} page path of the page, which its links are relative to
 * @param {string} text
 * @returns {NamedTest[]}
 */
export function testsNamedIn(page, text) {
  return [...text.matchAll(/\]\(([^)]+)\)(?: “([^”]+)”)?/g)]
    .map(([, link = "", title]) => ({ path: posix.join(posix.dirname(page), link), title }))
    .filter(({ path }) => IS_TEST.test(path));
}

/**
 * The cells of a row of a Markdown table.
 *
 * @param {string} line
 * @param {number} columns
 * @returns {string[]} empty if the line is no row of that many columns, or is the line below a heading
 */
export function cellsOf(line, columns) {
  const cells = line.startsWith("| ") ? line.slice(1, -1).split("|") : [];
  if (cells.length !== columns || cells[0]?.trim() === "---") return [];
  return cells.map((cell) => cell.trim());
}

/**
 * Finds named tests that don't exist.
 *
 * @param {readonly NamedTest[]} tests
 * @param {ReadonlyMap<string, string>} texts the repository's files by path
 * @returns {string[]} the faults
 */
export function namedTestFaults(tests, texts) {
  return tests.flatMap(({ path, title }) => {
    if (title === undefined) return [`${path} is linked without a test title`];
    const text = texts.get(path) ?? "";
    return ['"', "`"].some((quote) => text.includes(quote + title + quote))
      ? []
      : [`${path} has no test “${title}”`];
  });
}
