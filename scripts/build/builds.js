import { readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { CURRENT, currentBuild, IN_USE } from "../../apps/server/bin/current-build.js";
import { isAlive, liveProcesses } from "../../apps/server/bin/live-processes.js";

const BUILD = /^[0-9a-f]{16}$/;
/** What is being made or removed, by the process that does it: no build, whatever is in it. */
const UNFINISHED = /^\.unfinished-(\d+)$/;
/**
 * Builds that stay though nothing runs from them, the current one among them. The earlier ones are there for a process
 * that has read which build is current and has not registered with it yet, and for whoever goes back to an earlier commit.
 */
const KEPT = 3;

/** Where this process makes a build, on the same disk as the builds. @param {string} builds */
export const unfinished = (builds) => join(builds, `.unfinished-${process.pid}`);

/**
 * Makes a build the one that is started from now on. Nothing is written where it is already.
 *
 * @param {string} builds
 * @param {string} name of the build
 */
export function makeCurrent(builds, name) {
  if (currentBuild(builds) === join(builds, name)) return;
  const now = new Date();
  utimesSync(join(builds, name), now, now);
  const file = unfinished(builds);
  writeFileSync(file, `${name}\n`);
  renameSync(file, join(builds, CURRENT));
}

/**
 * Removes the builds that were not current for long and that no live process runs from, and what killed builds left.
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
    // At once: a build that is half removed must not be taken for one.
    renameSync(join(builds, name), unfinished(builds));
    remove(unfinished(builds));
  }
}

/** @param {string} builds @param {string} name */
const madeCurrentAt = (builds, name) => statSync(join(builds, name)).mtimeMs;

/** @param {string} path */
const remove = (path) => rmSync(path, { recursive: true, force: true });
