import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runBounded } from "../checks/run-bounded.js";

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "curfew-bounded-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** @param {string} script @param {number} boundMs */
const run = (script, boundMs) => runBounded([process.execPath, "-e", script], { boundMs, output: "ignore" });

/** @param {number} pid */
const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie process still has a process id.
  const status = `/proc/${pid}/status`;
  return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, "utf8"));
};

describe("runBounded", () => {
  it("returns the exit code of a command that exits", async () => {
    expect(await run("process.exit(0)", 30_000)).toMatchObject({ exitCode: 0, timedOut: false });
    expect(await run("process.exit(7)", 30_000)).toMatchObject({ exitCode: 7, timedOut: false });
  });

  it("kills a command that exceeds its time limit", async () => {
    const ending = await run("setInterval(() => {}, 1000)", 300);
    expect(ending).toMatchObject({ exitCode: null, timedOut: true });
    expect(ending.durationMs).toBeGreaterThanOrEqual(299);
    expect(ending.durationMs).toBeLessThan(20_000);
  });

  it("kills the processes that the command leaves behind", async () => {
    const pidFile = join(folder, "pid");
    const script = `
      const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
      require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
      process.exit(0);`;
    expect(await run(script, 30_000)).toMatchObject({ exitCode: 0, timedOut: false });
    await expect.poll(() => isAlive(Number(readFileSync(pidFile, "utf8"))), { timeout: 5_000 }).toBe(false);
  });

  it("returns no exit code for a command that can't be started", async () => {
    const ending = await runBounded([join(folder, "missing")], { boundMs: 30_000, output: "ignore" });
    expect(ending).toMatchObject({ exitCode: null, timedOut: false });
  });

  it("closes the command's input", async () => {
    const script = "process.stdin.on('end', () => process.exit(3)).resume()";
    expect(await runBounded([process.execPath, "-e", script], { boundMs: 30_000 })).toMatchObject({
      exitCode: 3,
    });
  });
});
