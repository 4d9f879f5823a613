import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The service's entry point, relative to a build. */
export const ENTRY = "server/main.js";
/** The directory, relative to a build, in which processes that run from the build register. */
export const IN_USE = "in-use";
/** The file, next to the builds, that names the current one. */
export const CURRENT = "current";

/**
 * The directory of the current build.
 *
 * @param {string} builds the directory that holds the builds, `apps/server/dist`
 * @returns {string | null} null if there is none
 */
export function currentBuild(builds) {
  const file = join(builds, CURRENT);
  if (!existsSync(file)) return null;
  const build = join(builds, readFileSync(file, "utf8").trim());
  return existsSync(join(build, ENTRY)) ? build : null;
}
