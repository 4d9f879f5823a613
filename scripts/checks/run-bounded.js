import { spawn } from "node:child_process";

/**
 * @typedef {object} Ending
 * @property {number | null} exitCode null where a signal ended it, or it never began
 * @property {boolean} timedOut it was killed for taking too long
 * @property {number} durationMs
 */

/**
 * Runs a command to its end with this process's output and no input, and kills it with all that it started once
 * `boundMs` milliseconds have passed.
 *
 * @param {readonly [string, ...string[]]} command
 * @param {{ boundMs: number, env?: NodeJS.ProcessEnv, cwd?: string, stdio?: import("node:child_process").StdioOptions }} options
 * @returns {Promise<Ending>}
 */
export function runBounded([file, ...args], { boundMs, env, cwd, stdio }) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let timedOut = false;
    // A group of its own: what the command started and left behind ends with it.
    const child = spawn(file, args, {
      cwd,
      env: env ?? process.env,
      stdio: stdio ?? ["ignore", "inherit", "inherit"],
      detached: true,
    });
    const killGroup = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // Nobody of the group is left.
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup();
    }, boundMs);
    /** @param {NodeJS.Signals} signal */
    const giveUp = (signal) => {
      killGroup();
      process.exit(signal === "SIGINT" ? 130 : 143);
    };
    process.on("SIGINT", giveUp);
    process.on("SIGTERM", giveUp);

    /** @param {number | null} exitCode */
    const end = (exitCode) => {
      clearTimeout(timer);
      process.off("SIGINT", giveUp);
      process.off("SIGTERM", giveUp);
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
