import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const STAND_IN = fileURLToPath(new URL("./stand-in-curl.js", import.meta.url));
const LONGEST_WALK_MS = 30_000;
const run = promisify(execFile);

/** Which `curl` a walk is taken with: the machine's own, or ours for a machine without one. */
export type Curl = "own" | "stand-in";

/** What this machine can walk with. */
export function curlsAtHand(): readonly Curl[] {
  try {
    execFileSync("curl", ["--version"], { stdio: "ignore" });
    return ["own", "stand-in"];
  } catch {
    return ["stand-in"];
  }
}

/**
 * Runs the steps in one shell, one after the other, and answers what each printed. Throws where one fails.
 *
 * @param steps shell text, which may hold several commands
 */
export async function walk(steps: readonly string[], curl: Curl): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), "curfew-walk-"));
  try {
    const { PATH = "" } = process.env;
    const programs = [dirname(process.execPath), PATH];
    if (curl === "stand-in") {
      const script = `#!/bin/sh\nexec "${process.execPath}" "${STAND_IN}" "$@"\n`;
      await writeFile(join(directory, "curl"), script, { mode: 0o700 });
      programs.unshift(directory);
    }
    const boundary = "=== the step is done ===";
    const script = steps.map((step) => `${step}\necho "${boundary}"`).join("\n");
    const { stdout } = await run("sh", ["-euc", script], {
      cwd: directory,
      // Temporary files of the walk's own go with the directory.
      env: { ...process.env, PATH: programs.join(delimiter), TMPDIR: directory, NO_PROXY: "*" },
      timeout: LONGEST_WALK_MS,
    });
    return stdout.split(`${boundary}\n`).slice(0, -1);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
