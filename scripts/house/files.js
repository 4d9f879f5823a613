import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

/** Folders that hold what was made or fetched, not what was written. */
const NOT_OURS = new Set([
  ".git",
  ".movable",
  ".stryker-tmp",
  "coverage",
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
 * @property {string} path from the top of the repository, with `/`
 * @property {string} text
 */

/**
 * Every written file below `root`. Reads the disk, not git: a checkout may be without it, or somebody else's.
 *
 * @param {string} root
 * @returns {TextFile[]}
 */
export function writtenFiles(root) {
  /** @param {string} folder @returns {string[]} */
  const below = (folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : below(path);
      return entry.isFile() && !NOT_TEXT.has(extname(entry.name)) ? [path] : [];
    });
  return below("").map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}
