import { spawn } from "node:child_process";

/**
 * @typedef {object} Ending
 * @property {number | null} exitCode null if a signal ended the command, or it could not be started
 * @property {boolean} timedOut whether the command was killed at its time limit
 * @property {number} durationMs
 */

/** @type {readonly NodeJS.Signals[]} */
const STOP_SIGNALS = ["SIGINT", "SIGTERM"];

/** For each running command, a function that kills its process group. @type {Set<() => void>} */
const killers = new Set();

/** @param {NodeJS.Signals} signal */
const stopAll = (signal) => {
  for (const kill of killers) kill();
  process.exit(signal === "SIGINT" ? 130 : 143);
};

/**
 * Runs a command without input. Kills it and its children after `boundMs` milliseconds, or when this process gets SIGINT or
 * SIGTERM.
 *
 * @param {readonly [string, ...string[]]} command
 * @param {object} options
 * @param {number} options.boundMs
 * @param {NodeJS.ProcessEnv} [options.env] default: this process's environment
 * @param {string} [options.cwd]
 * @param {"inherit" | "ignore" | number} [options.output] destination of stdout and stderr; a number is a file descriptor
 * @returns {Promise<Ending>}
 */
export function runBounded([file, ...args], { boundMs, env = process.env, cwd, output = "inherit" }) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let timedOut = false;
    // `detached` starts a new process group, so that leftover children can be killed too.
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", output, output], detached: true });
    const killGroup = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // The process group is empty.
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup();
    }, boundMs);
    if (killers.size === 0) for (const signal of STOP_SIGNALS) process.on(signal, stopAll);
    killers.add(killGroup);

    /** @param {number | null} exitCode */
    const end = (exitCode) => {
      clearTimeout(timer);
      killers.delete(killGroup);
      if (killers.size === 0) for (const signal of STOP_SIGNALS) process.off(signal, stopAll);
      killGroup();
      resolve({ exitCode, timedOut, durationMs: performance.now() - startedAt });
    };
    child.once("error", (error) => {
      console.error(`${file}: ${error.message}`);
      end(null);
    });
    child.once("exit", end);
  });
}
