import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Inputs outside apps and packages: the installed versions and the build scripts. */
const FILES = ["package-lock.json", "scripts/build.js", "tsconfig.base.json"];
const FOLDERS = ["scripts/build"];
/** The folders that contain apps and packages. */
const WORKSPACES = ["apps", "packages"];
/** Entries of an app's or package's folder that the build does not read, or that builds and tests write. */
const NOT_READ =
  /^(?:\..*|bin|coverage|data|dist|node_modules|reports|test|test-results|testing|.*\.(?:log|md|tsbuildinfo))$/;

/**
 * The name of the build: a hash of every file that it reads. Does not use git, so it works in an archive of the sources.
 *
 * @param {string} root of the repository
 * @returns {string} 16 hexadecimal digits
 */
export function hashOfInputs(root) {
  const hash = createHash("sha256");
  for (const path of inputsOf(root)) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.byteLength}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}

/** @param {string} root @returns {string[]} paths relative to `root`, in the same order on every machine */
function inputsOf(root) {
  const workspaces = WORKSPACES.flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
  const below = [
    ...FOLDERS.flatMap((folder) => filesBelow(root, folder)),
    ...workspaces.flatMap((folder) => filesBelow(root, folder, (name) => !NOT_READ.test(name))),
  ];
  return [...FILES, ...below].sort();
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {(name: string) => boolean} [isRead] whether a direct entry of the folder is an input
 * @returns {string[]}
 */
const filesBelow = (root, folder, isRead = () => true) =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (!isRead(entry.name)) return [];
    if (entry.isDirectory()) return filesBelow(root, path);
    return entry.isFile() ? [path] : [];
  });
