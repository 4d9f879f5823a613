/** `node scripts/operations/collect-image.js <directory>`: what the image's last stage holds, after `npm run build`. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { CURRENT, currentBuild, IN_USE } from "../../apps/server/bin/current-build.js";

const ROOT = join(import.meta.dirname, "../..");
const SERVER = "apps/server";

/** What the bundle of the service leaves out (its `tsdown.config.ts`): these and what they need are installed beside it. */
export const UNBUNDLED = ["@node-rs/argon2", "better-sqlite3", "pg"];

/** Only fetches or builds the binary, at install. */
const INSTALLERS = new Set(["prebuild-install"]);

/** What a package with a binary is built of. */
const BUILT_OF = new Set(["binding.gyp", "build", "deps", "src"]);
/** The binary, and the folders on the way to it. */
const BINARY = /^build(?:\/Release(?:\/[\w-]+\.node)?)?$/;

/**
 * Copies what the service runs on into a directory: the built service, and the few packages that are not in its bundle.
 *
 * @param {string} target made where it is not there yet
 * @throws where something of it is not there: not built, not installed
 */
export function collectImage(target) {
  const build = currentBuild(join(ROOT, SERVER, "dist"));
  if (build === null) throw new Error("the service is not built; run: npm run build");
  for (const part of ["bin", "package.json", `dist/${CURRENT}`, relative(join(ROOT, SERVER), build)])
    cpSync(join(ROOT, SERVER, part), join(target, SERVER, part), {
      recursive: true,
      // Nobody builds in the image: a process has nobody to tell that it runs from the build.
      filter: (path) => basename(path) !== IN_USE,
    });
  for (const directory of installedPackages(join(ROOT, SERVER), UNBUNDLED)) {
    const to = join(target, relative(ROOT, directory));
    mkdirSync(to, { recursive: true });
    const hasBinary = existsSync(join(directory, "binding.gyp"));
    const filter = (/** @type {string} */ path) => isRunTime(relative(directory, path), hasBinary);
    cpSync(directory, to, { recursive: true, filter });
  }
}

/**
 * Whether a file of a package is of use once it is installed. A package's own `node_modules` are found by themselves.
 *
 * @param {string} path from the package's top
 * @param {boolean} hasBinary
 */
export function isRunTime(path, hasBinary) {
  const name = path.split(sep).join("/");
  const [top = ""] = name.split("/");
  if (top === "node_modules") return false;
  return !hasBinary || !BUILT_OF.has(top) || BINARY.test(name);
}

/**
 * The directories of packages and of all that they need.
 *
 * @param {string} from where they are asked for
 * @param {readonly string[]} names
 * @param {Set<string>} [found]
 * @returns {Set<string>}
 * @throws where one that is needed is not installed
 */
export function installedPackages(from, names, found = new Set()) {
  for (const name of names) {
    const directory = directoryOf(name, from);
    if (directory === null) throw new Error(`${name} is not installed; run: npm ci`);
    follow(directory, found);
  }
  return found;
}

/** @param {string} directory @param {Set<string>} found */
function follow(directory, found) {
  if (found.has(directory)) return;
  found.add(directory);
  /** @type {{ dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} */
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(directory, "package.json"), "utf8"),
  );
  const optional = Object.keys(optionalDependencies);
  const needed = Object.keys(dependencies).filter(
    (name) => !optional.includes(name) && !INSTALLERS.has(name),
  );
  installedPackages(directory, needed, found);
  for (const name of optional) {
    const installed = directoryOf(name, directory);
    if (installed !== null) follow(installed, found);
  }
}

/** Where Node would find a package from a directory; null where it is not installed. @param {string} name @param {string} from */
function directoryOf(name, from) {
  const places = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  const place = places.find((candidate) => existsSync(join(candidate, name, "package.json")));
  return place === undefined ? null : join(place, name);
}

const [, script, target] = process.argv;
if (script !== undefined && import.meta.url === pathToFileURL(script).href) {
  if (target === undefined) throw new Error("say which directory: collect-image.js <directory>");
  collectImage(target);
  console.log(`${readdirSync(join(target, "node_modules")).length} packages beside the service in ${target}`);
}
