import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

/** Folders with generated or downloaded files. */
const GENERATED = new Set([
  ".git",
  ".movable",
  ".stryker-tmp",
  "coverage",
  ".next",
  "data",
  "dist",
  "node_modules",
  "reports",
  "screenshots",
  "test-results",
]);
const NOT_TEXT = new Set([".ico", ".png", ".svg", ".tsbuildinfo", ".log", ".woff2"]);

/**
 * @typedef {object} TextFile
 * @property {string} path relative to the repository's root, with `/`
 * @property {string} text
 */

/**
 * Reads every source text file below `root`. Does not use git, so it works in an archive of the sources.
 *
 * @param {string} root
 * @returns {TextFile[]}
 */
export function writtenFiles(root) {
  /** @param {string} folder @returns {string[]} */
  const below = (folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return GENERATED.has(entry.name) ? [] : below(path);
      return entry.isFile() && !NOT_TEXT.has(extname(entry.name)) ? [path] : [];
    });
  return below("").map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}
