import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The service's entry, within a build. */
export const ENTRY = "server/main.js";
/** Where the processes that run from a build register, within the build. */
export const IN_USE = "in-use";
/** The file beside the builds that names the current one. */
export const CURRENT = "current";

/**
 * The directory of the build that is to be started.
 *
 * @param {string} builds the directory that holds them, `apps/server/dist`
 * @returns {string | null} null where nothing was built yet
 */
export function currentBuild(builds) {
  const file = join(builds, CURRENT);
  if (!existsSync(file)) return null;
  const build = join(builds, readFileSync(file, "utf8").trim());
  return existsSync(join(build, ENTRY)) ? build : null;
}
