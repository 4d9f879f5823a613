import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../scripts/network/free-port.js";
import { processorMicros } from "./processor-time.js";

const COMMAND = fileURLToPath(new URL("../../apps/server/bin/curfew.js", import.meta.url));
const POLL_MS = 4;
const TIMEOUT_MS = 20_000;

/**
 * Starts the built service with its data in `folder` and waits until `/readyz` answers 200.
 *
 * @param {string} folder
 * @param {Record<string, string>} settings
 */
export async function startServer(folder, settings = {}) {
  const port = await freePort();
  const spawnedAt = performance.now();
  const child = spawn(process.execPath, [COMMAND, "serve"], {
    env: {
      ...process.env,
      CURFEW_DATA_DIR: join(folder, "data"),
      CURFEW_RATE_LIMIT: "off",
      CURFEW_LOG_LEVEL: "warn",
      ...settings,
      PORT: String(port),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  while ((await statusOf(port, "/readyz")) !== 200) {
    if (child.exitCode !== null) throw new Error(`the service exited with code ${child.exitCode}`);
    if (performance.now() - spawnedAt > TIMEOUT_MS) throw new Error("the service did not become ready");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const readyAfterMs = performance.now() - spawnedAt;
  return {
    host: "127.0.0.1",
    port,
    readyAfterMs,
    /** Resident memory in bytes. */
    residentBytes: () =>
      Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) * 1024,
    /** Processor time of all threads so far, in microseconds. */
    cpuMicros: () => processorMicros(child.pid),
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** @param {number} port @param {string} path @returns {Promise<number | undefined>} */
const statusOf = (port, path) =>
  new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", () => resolve(undefined));
  });
