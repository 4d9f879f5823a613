/**
 * `npm test`: runs all checks concurrently, even if some fail. Prints each check's output when it ends, then a timetable, and ends
 * with one line: `N passed, N failed, N skipped`.
 *
 * Arguments select checks: `node scripts/test.js unit http` runs those whose heading contains one of the words, and the checks
 * that they depend on.
 */
import { existsSync } from "node:fs";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKS, WHOLE_BOUND_MS } from "./checks/list.js";
import { tallyOfPlaywright, tallyOfVitest } from "./checks/reports.js";
import { isThorough } from "./checks/rounds.js";
import { runBounded } from "./checks/run-bounded.js";
import { runChecks } from "./checks/run-checks.js";
import { selectChecks } from "./checks/select.js";
import { add, exitCodeOf, lastLine, NOTHING, oneFailed, onePassed } from "./checks/tally.js";
import { timetable } from "./checks/timetable.js";

/** @typedef {import("./checks/list.js").Check} Check */

const startedAt = performance.now();
const reports = await mkdtemp(join(tmpdir(), "curfew-reports-"));
const { CI } = process.env;
const strict = CI === "true";

/**
 * Arguments that make a run write a JSON report.
 *
 * @type {Readonly<Record<Check["kind"], (report: string) => readonly string[]>>}
 */
const REPORTERS = {
  command: () => [],
  vitest: (report) => ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
  playwright: () => ["--reporter=list,json"],
};

const TALLIES = { vitest: tallyOfVitest, playwright: tallyOfPlaywright };

let total = NOTHING;
/** @type {import("./checks/timetable.js").TimetableRow[]} */
const rows = [];

/** @param {Check} check */
async function run(check) {
  const fromMs = performance.now() - startedAt;
  const leftMs = WHOLE_BOUND_MS - fromMs;
  if (leftMs <= 0) {
    total = add(total, oneFailed(`${check.heading} (not started: no time left)`));
    return;
  }
  console.log(`... ${check.heading}`);
  const report = join(reports, `${CHECKS.indexOf(check)}.json`);
  const output = join(reports, `${CHECKS.indexOf(check)}.txt`);
  const outputFile = await open(output, "w");
  const [file, ...args] = check.command;
  const ending = await runBounded([file, ...args, ...REPORTERS[check.kind](report)], {
    boundMs: Math.min(check.boundMs, leftMs),
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    output: outputFile.fd,
  });
  await outputFile.close();
  const seconds = (ending.durationMs / 1000).toFixed(1);
  console.log(`\n=== ${check.heading}`);
  process.stdout.write(await readFile(output));
  const tally = await tallyOf(check, ending, report);
  // A run of Vitest has exited with 0 although one of its tests had failed.
  const outcome = ending.timedOut ? "killed at its time limit" : tally.failed === 0 ? "passed" : "FAILED";
  console.log(`--- ${check.heading}: ${outcome} (${seconds} s)`);
  rows.push({ heading: check.heading, fromMs, durationMs: ending.durationMs, tally });
  total = add(total, tally);
}

/**
 * @param {Check} check
 * @param {import("./checks/run-bounded.js").Ending} ending
 * @param {string} report
 * @returns {Promise<import("./checks/tally.js").Tally>}
 */
async function tallyOf({ heading, kind }, { exitCode, timedOut, durationMs }, report) {
  if (timedOut) return oneFailed(`${heading} (killed after ${(durationMs / 1000).toFixed(1)} s)`);
  if (kind === "command") return exitCode === 0 ? onePassed() : oneFailed(heading);
  if (!existsSync(report)) return oneFailed(heading);
  return TALLIES[kind](heading, JSON.parse(await readFile(report, "utf8")), exitCode);
}

const checks = selectChecks(CHECKS, { words: process.argv.slice(2), isThorough });

await runChecks({
  checks,
  slots: availableParallelism(),
  slotsOf: ({ slots }) => slots,
  after: (check) => checks.filter(({ heading }) => check.after.includes(heading)),
  run,
});
await rm(reports, { recursive: true, force: true });

console.log(`\n=== time\n${timetable(rows, performance.now() - startedAt)}`);
console.log("\n=== all");
for (const name of total.failedNames) console.log(`failed: ${name}`);
for (const name of total.skippedNames) console.log(`skipped: ${name}`);
if (strict && total.skipped > 0) console.log("CI=true: skipped tests fail the run");
console.log(lastLine(total));
process.exitCode = exitCodeOf(total, { strict });
