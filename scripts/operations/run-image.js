import { spawn } from "node:child_process";
import { chmodSync, chownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

const READY_WITHIN_MS = 20_000;
const ENDED_WITHIN_MS = 20_000;
/** "nobody": root writes wherever it likes, so it could show nothing. */
const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/**
 * @typedef {object} RunOptions
 * @property {string} root the tree that the image holds
 * @property {Readonly<Record<string, string>>} environment
 */

/**
 * Takes the right to write from a tree, as a root file system that is only read does; or gives it back.
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

/** Gives a directory to whom the commands run as. @param {string} directory */
export function handOver(directory) {
  const { uid, gid } = UNPRIVILEGED;
  if (uid !== undefined) chownSync(directory, uid, gid);
}

/** @param {readonly string[]} command @param {RunOptions} options */
function begin([file = "", ...args], { root, environment }) {
  const child = spawn(file === "node" ? process.execPath : file, args, {
    cwd: root,
    // Nothing of this machine's but where commands are; and no place for files that are thrown away.
    env: { PATH: process.env["PATH"], TMPDIR: "/nowhere", HOME: "/nowhere", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    ...UNPRIVILEGED,
  });
  // Nothing that was started here outlives a check that failed half way.
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
  const said = { output: "", complaints: "" };
  child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
    said.output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
    said.complaints += text;
  });
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { child, said, ended };
}

/**
 * Runs a command of the image to its end.
 *
 * @param {readonly string[]} command
 * @param {RunOptions} options
 * @returns {Promise<string>} what it printed
 * @throws where it ends with another code than 0
 */
export async function runInImage(command, options) {
  const { child, said, ended } = begin(command, options);
  const timer = setTimeout(() => child.kill("SIGKILL"), ENDED_WITHIN_MS);
  const code = await ended;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${command.join(" ")}: exit code ${code}: ${said.complaints}`);
  return said.output;
}

/**
 * Starts a service of the image and waits until it is ready.
 *
 * @param {readonly string[]} command
 * @param {RunOptions} options
 * @returns {Promise<{ url: string, port: string, complaints: () => string, stop: (signal: NodeJS.Signals) => Promise<number | null> }>}
 * @throws where it does not come to that
 */
export async function startInImage(command, options) {
  const { child, said, ended } = begin(command, options);
  const port = await new Promise((/** @type {(port: string | null) => void} */ resolve) => {
    const timer = setTimeout(() => resolve(null), READY_WITHIN_MS);
    child.stdout.on("data", () => {
      const found = /listens on \S+:(\d+), and is ready/.exec(said.output)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => resolve(null)).finally(() => clearTimeout(timer));
  });
  if (port === null) {
    child.kill("SIGKILL");
    throw new Error(`${command.join(" ")}: not ready: ${said.output}${said.complaints}`);
  }
  return {
    port,
    url: `http://localhost:${port}`,
    complaints: () => said.complaints,
    async stop(signal) {
      child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), ENDED_WITHIN_MS);
      const code = await ended;
      clearTimeout(timer);
      return code;
    },
  };
}
