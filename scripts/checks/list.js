import { join } from "node:path";
import { isLong } from "./rounds.js";

const MINUTE_MS = 60_000;

/**
 * One part of `npm test`: a command that counts as one, or a run of Vitest or Playwright, whose tests are counted.
 *
 * @typedef {object} Check
 * @property {string} heading
 * @property {"command" | "vitest" | "playwright"} kind
 * @property {readonly [string, ...string[]]} command
 * @property {number} boundMs time limit in milliseconds
 * @property {number} slots how many processors it keeps busy
 * @property {readonly string[]} after headings of the checks that must end before it starts
 * @property {boolean} thorough whether only CI and the long run include it, unless it is selected by name
 */

const BUILD = "build";
const TYPES = "types";

/**
 * The command for a program of `node_modules/.bin`. `npx` costs half a second of processor time, but Windows needs it.
 *
 * @param {string} program
 * @returns {[string, ...string[]]}
 */
const executable = (program) =>
  process.platform === "win32"
    ? ["npx", "--no-install", program]
    : [join(import.meta.dirname, "../../node_modules/.bin", program)];

/**
 * @param {string} heading
 * @param {string} line a program from `node_modules/.bin`, or `node`, with arguments
 * @param {Partial<Omit<Check, "heading" | "command">>} [options]
 * @returns {Check}
 */
const command = (heading, line, options = {}) => {
  const [program = "", ...args] = line.split(" ");
  const [file, ...first] = program === "node" ? [process.execPath] : executable(program);
  return {
    heading,
    kind: "command",
    command: [file, ...first, ...args],
    boundMs: 5 * MINUTE_MS,
    slots: 1,
    after: [],
    thorough: false,
    ...options,
  };
};

/**
 * @param {string} project
 * @param {Partial<Omit<Check, "heading" | "command">> & { workers?: number }} [options]
 * @returns {Check}
 */
const vitest = (project, { workers = 1, ...options } = {}) =>
  command(`tests: ${project}`, `vitest run --project ${project} --maxWorkers=${workers}`, {
    kind: "vitest",
    boundMs: (isLong ? 30 : 15) * MINUTE_MS,
    slots: workers,
    ...options,
  });

/** All checks in starting order: long ones, and those that others depend on, come first. @type {readonly Check[]} */
export const CHECKS = [
  command(BUILD, "node scripts/build.js"),
  command("lint: biome", "biome check ."),
  command("lint: knip", "knip"),
  command("lint: house rules", "node scripts/check-house.js"),
  // After the build, because both write the output of `tsc -b`.
  command(TYPES, "tsc -b tsconfig.check.json", { after: [BUILD] }),
  {
    ...command("tests: web app", "playwright test", { boundMs: 15 * MINUTE_MS, after: [BUILD] }),
    kind: "playwright",
  },
  // Waits more than it works: for outages to be noticed and to pass.
  vitest("postgres", { workers: 2, slots: 1, after: [BUILD] }),
  vitest("real-minute", { slots: 0, after: [BUILD] }),
  // Each worker and its services wait for each other. In the long run two files build the pages of one example.
  vitest("http", { workers: isLong ? 1 : 2, slots: 1, after: [BUILD] }),
  vitest("unit"),
  vitest("model"),
  vitest("browser"),
  // The packages as `tsc -b` has built them.
  vitest("packed", { after: [TYPES] }),
  vitest("crash", { after: [BUILD] }),
  // Its times are relative to those of a reference page, so other checks may run beside it.
  command("budgets", "node scripts/check-budgets.js", { after: [BUILD], thorough: true }),
  vitest("http-postgres", { after: [BUILD], thorough: true }),
  command("operations", "node scripts/check-operations.js", { after: [BUILD] }),
];

/** Time limit of the whole run. A check that has not ended by then fails. */
export const WHOLE_BOUND_MS = (isLong ? 80 : 32) * MINUTE_MS;
