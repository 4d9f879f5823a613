import { readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { CURRENT, currentBuild, IN_USE } from "../../apps/server/bin/current-build.js";
import { isAlive, liveProcesses } from "../../apps/server/bin/live-processes.js";

const BUILD = /^[0-9a-f]{16}$/;
/** A directory that a process is building or removing, named by the process id. */
const UNFINISHED = /^\.unfinished-(\d+)$/;
/**
 * The number of builds that are kept even if no process runs from them, including the current one. Earlier builds serve a process
 * that has read the name of the current build but not registered with it yet, and a return to an earlier commit.
 */
const KEPT = 3;

/** The directory in which this process builds, on the same file system as the builds. @param {string} builds */
export const unfinishedDirectory = (builds) => join(builds, `.unfinished-${process.pid}`);

/**
 * Makes a build the current one, which new processes start. Writes nothing if it is current already.
 *
 * @param {string} builds
 * @param {string} name of the build
 */
export function makeCurrent(builds, name) {
  if (currentBuild(builds) === join(builds, name)) return;
  const now = new Date();
  utimesSync(join(builds, name), now, now);
  const file = unfinishedDirectory(builds);
  writeFileSync(file, `${name}\n`);
  renameSync(file, join(builds, CURRENT));
}

/**
 * Removes old builds that no live process runs from, and the leftovers of killed builds.
 *
 * @param {string} builds
 */
export function prune(builds) {
  for (const name of readdirSync(builds)) {
    const maker = Number(UNFINISHED.exec(name)?.[1]);
    if (maker === process.pid || (maker > 0 && !isAlive(maker))) remove(join(builds, name));
  }
  const current = basename(currentBuild(builds) ?? "");
  const newestFirst = readdirSync(builds)
    .filter((name) => BUILD.test(name))
    .sort((a, b) => madeCurrentAt(builds, b) - madeCurrentAt(builds, a));
  for (const name of newestFirst.slice(KEPT)) {
    if (name === current || liveProcesses(join(builds, name, IN_USE)).length > 0) continue;
    // Rename first, so that a partly removed build is never taken for a build.
    renameSync(join(builds, name), unfinishedDirectory(builds));
    remove(unfinishedDirectory(builds));
  }
}

/** @param {string} builds @param {string} name */
const madeCurrentAt = (builds, name) => statSync(join(builds, name)).mtimeMs;

/** @param {string} path */
const remove = (path) => rmSync(path, { recursive: true, force: true });
