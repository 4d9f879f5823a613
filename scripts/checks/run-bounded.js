import { spawn } from "node:child_process";

/**
 * @typedef {object} Ending
 * @property {number | null} exitCode null where a signal ended the command, or it could not be started
 * @property {boolean} timedOut the command was killed at its bound
 * @property {number} durationMs
 */

/** @type {readonly NodeJS.Signals[]} */
const STOP_SIGNALS = ["SIGINT", "SIGTERM"];

/** Kills what the commands that run now have started. @type {Set<() => void>} */
const running = new Set();

/** @param {NodeJS.Signals} signal */
const stopAll = (signal) => {
  for (const kill of running) kill();
  process.exit(signal === "SIGINT" ? 130 : 143);
};

/**
 * Runs a command without input, and kills it and all its children once `boundMs` milliseconds have passed or this process is
 * told to stop.
 *
 * @param {readonly [string, ...string[]]} command
 * @param {object} options
 * @param {number} options.boundMs
 * @param {NodeJS.ProcessEnv} [options.env] this process's unless given
 * @param {string} [options.cwd]
 * @param {"inherit" | "ignore" | number} [options.output] where stdout and stderr go: this process's, nowhere, or a file descriptor
 * @returns {Promise<Ending>}
 */
export function runBounded([file, ...args], { boundMs, env = process.env, cwd, output = "inherit" }) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let timedOut = false;
    // A process group of its own, so that children that the command leaves behind can be killed with it.
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", output, output], detached: true });
    const killGroup = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // Every process of the group has exited.
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup();
    }, boundMs);
    if (running.size === 0) for (const signal of STOP_SIGNALS) process.on(signal, stopAll);
    running.add(killGroup);

    /** @param {number | null} exitCode */
    const end = (exitCode) => {
      clearTimeout(timer);
      running.delete(killGroup);
      if (running.size === 0) for (const signal of STOP_SIGNALS) process.off(signal, stopAll);
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
