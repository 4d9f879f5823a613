/** `npm run bench`: installs the bench's own dependencies, builds, and measures. Passes arguments on: `--only verify`. */
import { join } from "node:path";
import { runBounded } from "./checks/run-bounded.js";

const MINUTE_MS = 60_000;
const root = join(import.meta.dirname, "..");
const bench = join(root, "bench");

/** @type {readonly { command: [string, ...string[]], cwd: string, boundMs: number }[]} */
const steps = [
  { command: ["npm", "ci", "--silent"], cwd: bench, boundMs: 5 * MINUTE_MS },
  { command: ["npm", "run", "build", "--silent"], cwd: root, boundMs: 5 * MINUTE_MS },
  { command: ["node", "run.js", ...process.argv.slice(2)], cwd: bench, boundMs: 30 * MINUTE_MS },
];
for (const { command, ...options } of steps) {
  const { exitCode } = await runBounded(command, options);
  if (exitCode !== 0) {
    process.exitCode = exitCode ?? 1;
    break;
  }
}
