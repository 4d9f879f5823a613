import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below those that systems give to outgoing connections: one of these is not taken by somebody's connection before its listener
 * comes, or while it is down for a moment.
 */
const LOWEST = 20_000;
const HIGHEST = 32_767;

/** More tries than any machine needs. */
const MOST_TRIES = 100;

/**
 * A port of the loopback interface that nobody listens on now.
 *
 * @returns {Promise<number>}
 * @throws where none of a hundred is free
 */
export async function freePort() {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${LOWEST} to ${HIGHEST} is free`);
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
