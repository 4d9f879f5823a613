/** `node scripts/operations/collect-image.js <directory>`: collects the contents of the image, after `npm run build`. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { CURRENT, currentBuild, IN_USE } from "../../apps/server/bin/current-build.js";

const ROOT = join(import.meta.dirname, "../..");
const SERVER = "apps/server";

/** Packages that are not in the service's bundle (see its `tsdown.config.ts`), and so are copied with their dependencies. */
export const UNBUNDLED = ["@node-rs/argon2", "better-sqlite3", "pg"];

/** Packages that only download or compile the binary during installation. */
const INSTALLERS = new Set(["prebuild-install"]);

/** Entries of a package with a binary that contain its sources and intermediate files. */
const NATIVE_SOURCES = new Set(["binding.gyp", "build", "deps", "src"]);
/** The binary and its parent folders. */
const BINARY = /^build(?:\/Release(?:\/[\w-]+\.node)?)?$/;

/**
 * Copies the built service, and the packages that are not in its bundle, into a directory.
 *
 * @param {string} target created if missing
 * @throws if the service is not built, or a package is not installed
 */
export function collectImage(target) {
  const build = currentBuild(join(ROOT, SERVER, "dist"));
  if (build === null) throw new Error("the service is not built; run: npm run build");
  for (const part of ["bin", "package.json", `dist/${CURRENT}`, relative(join(ROOT, SERVER), build)])
    cpSync(join(ROOT, SERVER, part), join(target, SERVER, part), {
      recursive: true,
      // Only builds read these registrations, and the image is never built in.
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
 * Whether a file of a package is needed at run time. Nested `node_modules` are excluded: their packages are collected separately.
 *
 * @param {string} path relative to the package
 * @param {boolean} hasBinary
 */
export function isRunTime(path, hasBinary) {
  const name = path.split(sep).join("/");
  const [top = ""] = name.split("/");
  if (top === "node_modules") return false;
  return !hasBinary || !NATIVE_SOURCES.has(top) || BINARY.test(name);
}

/**
 * The directories of packages and all their dependencies.
 *
 * @param {string} from directory from which they are resolved
 * @param {readonly string[]} names
 * @param {Set<string>} [found]
 * @returns {Set<string>}
 * @throws if a required package is not installed
 */
export function installedPackages(from, names, found = new Set()) {
  for (const name of names) {
    const directory = directoryOf(name, from);
    if (directory === null) throw new Error(`${name} is not installed; run: npm ci`);
    addPackage(directory, found);
  }
  return found;
}

/** @param {string} directory @param {Set<string>} found */
function addPackage(directory, found) {
  if (found.has(directory)) return;
  found.add(directory);
  /** @type {{ dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} */
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(directory, "package.json"), "utf8"),
  );
  const optional = Object.keys(optionalDependencies);
  const required = Object.keys(dependencies).filter(
    (name) => !optional.includes(name) && !INSTALLERS.has(name),
  );
  installedPackages(directory, required, found);
  for (const name of optional) {
    const installed = directoryOf(name, directory);
    if (installed !== null) addPackage(installed, found);
  }
}

/** The directory to which Node resolves a package; null if it is not installed. @param {string} name @param {string} from */
function directoryOf(name, from) {
  const places = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  const place = places.find((candidate) => existsSync(join(candidate, name, "package.json")));
  return place === undefined ? null : join(place, name);
}

const [, script, target] = process.argv;
if (script !== undefined && import.meta.url === pathToFileURL(script).href) {
  if (target === undefined) throw new Error("usage: collect-image.js <directory>");
  collectImage(target);
  console.log(
    `${readdirSync(join(target, "node_modules")).length} packages and the service copied to ${target}`,
  );
}
