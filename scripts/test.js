/**
 * `npm test`: every check there is, in order, one failing or not. Ends with one line that sums them up:
 * `N passed, N failed, N skipped`.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKS, WHOLE_BOUND_MS } from "./checks/list.js";
import { tallyOf as tallyOfPlaywright } from "./checks/playwright-report.js";
import { runBounded } from "./checks/run-bounded.js";
import { add, exitCodeOf, lastLine, NOTHING, oneFailed, onePassed } from "./checks/tally.js";
import { tallyOf as tallyOfVitest } from "./checks/vitest-report.js";

const startedAt = performance.now();
const reports = await mkdtemp(join(tmpdir(), "curfew-reports-"));
const { CI } = process.env;
const strict = CI === "true";

/**
 * What makes a run write its report, too.
 *
 * @type {Readonly<Record<import("./checks/list.js").Check["kind"], (report: string) => readonly string[]>>}
 */
const REPORTERS = {
  command: () => [],
  vitest: (report) => ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
  playwright: () => ["--reporter=list,json"],
};

const TALLIES = { vitest: tallyOfVitest, playwright: tallyOfPlaywright };

/**
 * @param {import("./checks/list.js").Check} check
 * @returns {Promise<import("./checks/tally.js").Tally>}
 */
async function run(check) {
  console.log(`\n=== ${check.heading}`);
  const leftMs = WHOLE_BOUND_MS - (performance.now() - startedAt);
  if (leftMs <= 0) {
    console.log("--- not run: the whole run has taken too long");
    return oneFailed(`${check.heading} (no time was left)`);
  }
  const report = join(reports, `${CHECKS.indexOf(check)}.json`);
  const [file, ...args] = check.command;
  const { exitCode, timedOut, durationMs } = await runBounded(
    [file, ...args, ...REPORTERS[check.kind](report)],
    {
      boundMs: Math.min(check.boundMs, leftMs),
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    },
  );
  const seconds = (durationMs / 1000).toFixed(1);
  const outcome = timedOut ? "killed: it took too long" : exitCode === 0 ? "passed" : "FAILED";
  console.log(`--- ${check.heading}: ${outcome} (${seconds} s)`);
  if (timedOut) return oneFailed(`${check.heading} (killed after ${seconds} s)`);
  if (check.kind === "command") return exitCode === 0 ? onePassed() : oneFailed(check.heading);
  if (!existsSync(report)) return oneFailed(check.heading);
  return TALLIES[check.kind](check.heading, JSON.parse(await readFile(report, "utf8")), exitCode);
}

let total = NOTHING;
for (const check of CHECKS) total = add(total, await run(check));
await rm(reports, { recursive: true, force: true });

console.log("\n=== all");
for (const name of total.failedNames) console.log(`failed: ${name}`);
for (const name of total.skippedNames) console.log(`skipped: ${name}`);
if (strict && total.skipped > 0) console.log("CI=true: what is skipped counts as a failure of the run");
console.log(lastLine(total));
process.exitCode = exitCodeOf(total, { strict });
