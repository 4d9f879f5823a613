import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeCurrent, prune, unfinished } from "./builds.js";
import { withLock } from "./lock.js";

/** How often a build starts again because its sources changed meanwhile. */
const TRIES = 3;

/**
 * @typedef {object} Steps
 * @property {() => string} hash the name of the build of the sources as they stand
 * @property {() => Promise<void>} check whether the sources may be built
 * @property {(directory: string) => Promise<void>} make writes the build into a directory, which it makes
 * @property {(line: string) => void} say hears what a person waits for
 */

/**
 * Brings the current build up to date with the sources. A build is made to one side, put in place at once, and never
 * changed from then on: whoever runs from an earlier one keeps its files. What is built already is not built again.
 *
 * @param {string} builds the directory that holds the builds
 * @param {Steps} steps
 * @throws where a step does, or the sources keep changing; then the current build is as it was
 */
export async function ensureBuild(builds, { hash, check, make, say }) {
  mkdirSync(builds, { recursive: true });
  await withLock(
    join(builds, "lock"),
    async () => {
      prune(builds);
      makeCurrent(builds, await buildOnce());
    },
    say,
  );

  /** @returns {Promise<string>} the name of a build that is in place */
  async function buildOnce() {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const name = hash();
      if (existsSync(join(builds, name))) {
        await check();
        return name;
      }
      const directory = unfinished(builds);
      try {
        await both(check(), make(directory));
        if (hash() === name) {
          renameSync(directory, join(builds, name));
          return name;
        }
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
      say("the sources changed while they were built: building again");
    }
    throw new Error("the sources change faster than they are built");
  }
}

/** Throws only once both have ended: neither goes on to write after a failure was told. @param {Promise<void>[]} tasks */
async function both(...tasks) {
  const outcomes = await Promise.allSettled(tasks);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}
