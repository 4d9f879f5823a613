import { spawn } from "node:child_process";
import { chmodSync, chownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

const READY_WITHIN_MS = 20_000;
const ENDED_WITHIN_MS = 20_000;
/** The user "nobody": root ignores file permissions, so the check would prove nothing. */
const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/**
 * @typedef {object} RunOptions
 * @property {string} root the directory with the image's contents
 * @property {Readonly<Record<string, string>>} environment
 */

/**
 * Makes a directory tree read-only, as with a read-only root file system, or writable again.
 *
 * @param {string} directory
 * @param {boolean} writable
 */
export function setWritable(directory, writable) {
  if (writable) chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory)) {
    const path = join(directory, entry);
    const state = lstatSync(path);
    if (state.isDirectory()) setWritable(path, writable);
    else if (state.isFile()) chmodSync(path, writable ? 0o644 : 0o444);
  }
  if (!writable) chmodSync(directory, 0o555);
}

/** Makes the user that runs the image's commands the owner of a directory. @param {string} directory */
export function makeUnprivilegedOwner(directory) {
  const { uid, gid } = UNPRIVILEGED;
  if (uid !== undefined) chownSync(directory, uid, gid);
}

/** @param {readonly string[]} command @param {RunOptions} options */
function spawnInImage([file = "", ...args], { root, environment }) {
  const child = spawn(file === "node" ? process.execPath : file, args, {
    cwd: root,
    // Only PATH is inherited, and there is no directory for temporary files.
    env: { PATH: process.env["PATH"], TMPDIR: "/nowhere", HOME: "/nowhere", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    ...UNPRIVILEGED,
  });
  // Kills the child if the check exits early.
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
  const captured = { output: "", log: "" };
  child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
    captured.output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
    captured.log += text;
  });
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { child, captured, ended };
}

/**
 * Runs a command of the image to its end.
 *
 * @param {readonly string[]} command
 * @param {RunOptions} options
 * @returns {Promise<string>} its standard output
 * @throws if its exit code is not 0
 */
export async function runInImage(command, options) {
  const { child, captured, ended } = spawnInImage(command, options);
  const timer = setTimeout(() => child.kill("SIGKILL"), ENDED_WITHIN_MS);
  const code = await ended;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${command.join(" ")}: exit code ${code}: ${captured.log}`);
  return captured.output;
}

/**
 * Starts the service from the image and waits until it is ready.
 *
 * @param {readonly string[]} command
 * @param {RunOptions} options
 * @returns {Promise<{ url: string, port: string, log: () => string, stop: (signal: NodeJS.Signals) => Promise<number | null> }>}
 * @throws if it does not become ready
 */
export async function startInImage(command, options) {
  const { child, captured, ended } = spawnInImage(command, options);
  const port = await new Promise((/** @type {(port: string | null) => void} */ resolve) => {
    const timer = setTimeout(() => resolve(null), READY_WITHIN_MS);
    child.stdout.on("data", () => {
      const found = /listens on \S+:(\d+), and is ready/.exec(captured.output)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => resolve(null)).finally(() => clearTimeout(timer));
  });
  if (port === null) {
    child.kill("SIGKILL");
    throw new Error(`${command.join(" ")}: not ready: ${captured.output}${captured.log}`);
  }
  return {
    port,
    url: `http://localhost:${port}`,
    log: () => captured.log,
    async stop(signal) {
      child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), ENDED_WITHIN_MS);
      const code = await ended;
      clearTimeout(timer);
      return code;
    },
  };
}
