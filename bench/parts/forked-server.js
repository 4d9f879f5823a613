import { fork } from "node:child_process";
import { processorMicros } from "./processor-time.js";

/**
 * Starts a server in a process of its own, which tells its port and an access token.
 *
 * @param {string} file
 * @param {string} folder for its data
 * @returns {Promise<{ port: number, accessToken: string, cpuMicros(): number, stop(): void }>}
 */
export function forkServer(file, folder) {
  return new Promise((resolve, reject) => {
    const child = fork(file, [folder], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${file} exited with code ${code}`)));
    child.once("message", (/** @type {{ port: number, accessToken: string }} */ started) =>
      resolve({ ...started, cpuMicros: () => processorMicros(child.pid), stop: () => child.kill() }),
    );
  });
}
