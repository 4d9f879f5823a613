import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isThorough } from "../../../../scripts/checks/rounds.js";

/** A fenced code block of a Markdown page. */
export interface CodeBlock {
  readonly language: string;
  /** The word after the language: ```` ```sh walk ```` has the mark `walk`. */
  readonly mark: string;
  readonly text: string;
}

/** The code blocks of a page that have a mark, in order. */
export function markedBlocks(page: string): CodeBlock[] {
  const fences = page.matchAll(/^```(\w+) (\w+)\n([\s\S]*?)^```$/gm);
  return [...fences].map(([, language = "", mark = "", text = ""]) => ({ language, mark, text }));
}

/**
 * Whether a text matches the example on the page. `…` matches anything, and whitespace is ignored.
 *
 * @param example the text on the page
 */
export function matchesExample(text: string, example: string): boolean {
  const parts = withoutWhitespace(example).split("…");
  const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[\\s\\S]*?");
  return new RegExp(`^${pattern}$`).test(withoutWhitespace(text));
}

const withoutWhitespace = (text: string): string => text.replace(/\s+/g, "");

const SUBSTITUTE = fileURLToPath(new URL("./curl-substitute.js", import.meta.url));
const TIMEOUT_MS = 30_000;
const run = promisify(execFile);

/** The `curl` that runs the steps: the machine's own, or a substitute for machines without one. */
export type Curl = "installed" | "substitute";

/** The kinds of `curl` that run the steps on this machine: where one is installed, the substitute only runs in CI. */
export function availableCurls(): readonly Curl[] {
  try {
    execFileSync("curl", ["--version"], { stdio: "ignore" });
    return isThorough ? ["installed", "substitute"] : ["installed"];
  } catch {
    return ["substitute"];
  }
}

/**
 * Runs the steps one after the other in one shell, and returns the output of each. Throws if one fails.
 *
 * @param steps shell scripts of one or more commands
 */
export async function runSteps(steps: readonly string[], curl: Curl): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), "curfew-readme-"));
  try {
    const { PATH = "" } = process.env;
    const programs = [dirname(process.execPath), PATH];
    if (curl === "substitute") {
      const script = `#!/bin/sh\nexec "${process.execPath}" "${SUBSTITUTE}" "$@"\n`;
      await writeFile(join(directory, "curl"), script, { mode: 0o700 });
      programs.unshift(directory);
    }
    const separator = "=== end of step ===";
    const script = steps.map((step) => `${step}\necho "${separator}"`).join("\n");
    const { stdout } = await run("sh", ["-euc", script], {
      cwd: directory,
      // Temporary files of the steps are deleted with the directory.
      env: { ...process.env, PATH: programs.join(delimiter), TMPDIR: directory, NO_PROXY: "*" },
      timeout: TIMEOUT_MS,
    });
    return stdout.split(`${separator}\n`).slice(0, -1);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
