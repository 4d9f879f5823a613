import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROCESS = fileURLToPath(new URL("../parts/cannon-process.js", import.meta.url));

/**
 * Runs autocannon in a separate process. Rejects if a response was not a 2xx, or not a 4xx where one is expected.
 *
 * @param {{ url: string, headers?: Record<string, string>, connections: number, duration?: number, amount?: number,
 *   status?: number }} options
 * @returns {Promise<{ requestsPerSecond: number, requests: number }>}
 */
export function cannon(options) {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`autocannon exited with code ${code}`)));
    child.once(
      "message",
      (/** @type {{ failures: number, requestsPerSecond: number, requests: number }} */ result) => {
        if (result.failures > 0) reject(new Error(`${result.failures} requests to ${options.url} failed`));
        else resolve(result);
      },
    );
    child.send(options);
  });
}
