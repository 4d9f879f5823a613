const MINUTE_MS = 60_000;

/**
 * One runner of `npm test`: a command that passes or fails, or a run of Vitest or Playwright, whose tests are counted.
 *
 * @typedef {object} Check
 * @property {string} heading
 * @property {"command" | "vitest" | "playwright"} kind
 * @property {readonly [string, ...string[]]} command
 * @property {number} boundMs when it is given up, in milliseconds
 */

/**
 * @param {string} heading
 * @param {string} line
 * @param {number} boundMinutes
 * @returns {Check}
 */
const command = (heading, line, boundMinutes = 3) => ({
  heading,
  kind: "command",
  command: ["npx", "--no-install", .../** @type {[string, ...string[]]} */ (line.split(" "))],
  boundMs: boundMinutes * MINUTE_MS,
});

/**
 * @param {string} project
 * @param {string} options
 * @param {number} boundMinutes
 * @returns {Check}
 */
const vitest = (project, options, boundMinutes) => ({
  ...command(`tests: ${project}`, `vitest run --project ${project} ${options}`.trim(), boundMinutes),
  kind: "vitest",
});

/**
 * @param {number} boundMinutes
 * @returns {Check}
 */
const playwright = (boundMinutes) => ({
  ...command("tests: web app", "playwright test", boundMinutes),
  kind: "playwright",
});

const PACKAGES = ["core", "sql", "http", "client", "react"];

/** @type {readonly Check[]} */
export const CHECKS = [
  command("types: sources", "tsc -b"),
  command("types: tests", "tsc -p tsconfig.tests.json --noEmit"),
  command("types: browser tests", "tsc -p tsconfig.browser.json"),
  command("types: scripts", "tsc -p scripts"),
  command("lint: biome", "biome check ."),
  command("lint: knip", "knip"),
  { ...command("lint: house rules", ""), command: ["node", "scripts/check-house.js"] },
  { ...command("build", ""), command: ["npm", "run", "build", "--silent"] },
  { ...command("operations", "", 2), command: ["node", "scripts/check-operations.js"] },
  ...PACKAGES.flatMap((name) => [
    // First, since it packs, and some files are made as the package is packed. Style sheets have no types.
    command(
      `package shape: types of ${name}`,
      `attw --pack packages/${name} --profile esm-only --no-emoji --exclude-entrypoints ./styles.css`,
    ),
    command(`package shape: publint ${name}`, `publint packages/${name} --strict`),
  ]),
  vitest("unit", "--maxWorkers=2", 5),
  vitest("browser", "", 3),
  vitest("model", "--maxWorkers=2", 4),
  vitest("http", "--maxWorkers=2", 6),
  vitest("postgres", "--maxWorkers=2", 10),
  vitest("http-postgres", "--maxWorkers=2", 5),
  { ...command("budgets", ""), command: ["node", "scripts/check-budgets.js"] },
  playwright(11),
  vitest("crash", "", 4),
];

/** When the whole run is given up: what has not ended by then has failed. */
export const WHOLE_BOUND_MS = 32 * MINUTE_MS;
