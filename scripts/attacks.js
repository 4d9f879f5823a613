/**
 * `npm run test:attacks`: runs the tests of every attack in `docs/attacks.md`, and prints each attack as a sentence with its
 * sources and whether it is repelled. The last line is `N passed, N failed, N skipped`, counted in attacks.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ATTACKS_PAGE, readAttacks } from "./attacks/page.js";
import { groupByProject } from "./attacks/runs.js";
import { judge, resultsOfPlaywright, resultsOfVitest } from "./attacks/verdicts.js";

const ROOT = join(import.meta.dirname, "..");
const E2E = "apps/web/test/e2e";

const attacks = readAttacks(readFileSync(join(ROOT, ATTACKS_PAGE), "utf8"));
const groups = groupByProject(attacks.flatMap(({ tests }) => tests.map(({ path }) => path)));
const reports = mkdtempSync(join(tmpdir(), "curfew-attacks-"));

/** Runs the files of a project, and reads its report. @param {string} project @param {readonly string[]} paths */
function run(project, paths) {
  const report = join(reports, `${project}.json`);
  const [program, ...args] =
    project === "playwright"
      ? ["playwright", "test", ...paths, "--reporter=line,json"]
      : [
          "vitest",
          "run",
          "--project",
          project,
          ...paths,
          "--reporter=dot",
          "--reporter=json",
          `--outputFile.json=${report}`,
        ];
  console.log(`... ${project}: ${paths.length} files`);
  spawnSync("npx", ["--no-install", program ?? "", ...args], {
    cwd: ROOT,
    stdio: "inherit",
    // With the tests that `npm test` leaves to CI.
    env: { ...process.env, CI: "true", PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  });
  const results = JSON.parse(readFileSync(report, "utf8"));
  return project === "playwright" ? resultsOfPlaywright(results, E2E) : resultsOfVitest(results, ROOT);
}

const results = [...groups].flatMap(([project, paths]) => run(project, paths));
rmSync(reports, { recursive: true, force: true });

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const attack of attacks) {
  const { status, reasons } = judge(attack, results);
  counts[status] += 1;
  console.log(`${status}  ${attack.sentence} (${attack.source})`);
  for (const reason of reasons) console.log(`        ${reason}`);
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed + counts.skipped === 0 ? 0 : 1;
