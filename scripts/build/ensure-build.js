import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeCurrent, prune, unfinishedDirectory } from "./builds.js";
import { withLock } from "./lock.js";

/** How often a build is attempted while its sources keep changing. */
const TRIES = 3;

/**
 * @typedef {object} Steps
 * @property {() => string} hash the name of the build of the present sources
 * @property {() => Promise<void>} check rejects if the sources must not be built
 * @property {(directory: string) => Promise<void>} make creates a directory and writes the build into it
 * @property {(line: string) => void} report called with progress messages
 */

/**
 * Brings the current build up to date with the sources. Each build is made in a temporary directory, renamed into place, and
 * never changed afterwards, so that processes that run from an earlier build keep its files. Existing builds are reused.
 *
 * @param {string} builds the directory that holds the builds
 * @param {Steps} steps
 * @throws if a step fails or the sources keep changing; the current build then stays as it was
 */
export async function ensureBuild(builds, { hash, check, make, report }) {
  mkdirSync(builds, { recursive: true });
  await withLock(
    join(builds, "lock"),
    async () => {
      prune(builds);
      makeCurrent(builds, await buildOnce());
    },
    report,
  );

  /** @returns {Promise<string>} the build's name */
  async function buildOnce() {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const name = hash();
      if (existsSync(join(builds, name))) {
        await check();
        return name;
      }
      const directory = unfinishedDirectory(builds);
      try {
        await allSettled(check(), make(directory));
        if (hash() === name) {
          renameSync(directory, join(builds, name));
          return name;
        }
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
      report("the sources changed during the build: building again");
    }
    throw new Error("the sources keep changing during the build");
  }
}

/** Rejects only once every task has settled, so that none still writes after the failure. @param {Promise<void>[]} tasks */
async function allSettled(...tasks) {
  const outcomes = await Promise.allSettled(tasks);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}
