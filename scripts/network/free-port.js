import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ephemeral range of common systems, so that no outgoing connection takes the port before its listener starts or
 * while it restarts.
 */
const LOWEST = 20_000;
const HIGHEST = 32_767;

const MAX_TRIES = 100;

/**
 * Finds a free port on the loopback interface.
 *
 * @returns {Promise<number>}
 * @throws if none of 100 tries is free
 */
export async function freePort() {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`found no free port from ${LOWEST} to ${HIGHEST}`);
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
