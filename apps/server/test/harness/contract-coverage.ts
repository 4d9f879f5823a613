import { appendFileSync, existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { ERROR_CODES, OPERATIONS, patternOf } from "./operations.js";

/** The variable that names the directory in which calls are recorded; `setup` sets it for the whole run. */
export const CALLS_DIRECTORY = "CURFEW_TEST_CALLS";

const recorded = new Set<string>();

/** Records that an operation was called and what it answered, once per worker. */
export function recordCall(method: string, path: string, status: number, code: string | undefined): void {
  const directory = process.env[CALLS_DIRECTORY];
  const pattern = patternOf(path);
  if (directory === undefined || pattern === undefined) return;
  const line = `${method} ${pattern} ${status} ${code ?? "-"}`;
  if (recorded.has(line)) return;
  recorded.add(line);
  appendFileSync(join(directory, `${process.pid}.calls`), `${line}\n`);
}

/** These codes need a minute to pass, so the project `real-minute` tests them. */
const NEEDS_A_MINUTE: ReadonlySet<string> = new Set(["reauthentication_required", "session_expired"]);

/** The file in which `coverage.test.ts` stores the published OpenAPI document. */
export const PUBLISHED_DOCUMENT = "openapi.json";

/** Vitest's global setup: records every call, and fails a full run in which part of the contract was not exercised. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "curfew-calls-"));
  process.env[CALLS_DIRECTORY] = directory;
  return async () => {
    const calls = await readCalls(directory);
    const document = join(directory, PUBLISHED_DOCUMENT);
    const published = existsSync(document) ? JSON.parse(await readFile(document, "utf8")) : undefined;
    await rm(directory, { recursive: true, force: true });
    if (!(await isFullRun(project))) return;
    const gaps = coverageGaps(calls, published);
    if (gaps.length === 0) return;
    // Vitest reports an error of a teardown without failing the run.
    process.exitCode = 1;
    throw new Error(`the contract is not covered by the tests:\n${gaps.join("\n")}`);
  };
}

/** Whether every test file ran. Coverage says nothing about a run of single files. */
async function isFullRun(project: TestProject): Promise<boolean> {
  const { testFiles } = await project.globTestFiles();
  const executed = new Set(project.vitest.state.getFiles().map((file) => file.filepath));
  return testFiles.every((file) => executed.has(file));
}

async function readCalls(directory: string): Promise<Set<string>> {
  const calls = new Set<string>();
  for (const file of await readdir(directory))
    if (file.endsWith(".calls"))
      for (const line of (await readFile(join(directory, file), "utf8")).trim().split("\n")) calls.add(line);
  return calls;
}

interface PublishedDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { responses: Record<string, unknown> }>>>>;
}

/** Operations that never succeeded, error codes that never occurred, and responses missing from the document. */
function coverageGaps(calls: ReadonlySet<string>, published: PublishedDocument | undefined): string[] {
  const rows = [...calls].map((line) => line.split(" ") as [string, string, string, string]);
  const gaps: string[] = published === undefined ? ["coverage.test.ts stored no document"] : [];
  for (const [path, methods] of Object.entries(OPERATIONS))
    for (const method of methods)
      if (!rows.some(([called, pattern, status]) => called === method && pattern === path && status < "300"))
        gaps.push(`never succeeded: ${method} ${path}`);
  for (const [code, status] of Object.entries(ERROR_CODES))
    if (!NEEDS_A_MINUTE.has(code) && !rows.some((row) => row[3] === code && row[2] === String(status)))
      gaps.push(`never seen: ${code}`);
  for (const [method, path, status] of rows) {
    // A request that is not valid HTTP gets a 400 on any path, whatever the operation.
    if (status === "400" && method !== "POST" && method !== "PATCH") continue;
    const responses = published?.paths[path]?.[method.toLowerCase()]?.responses;
    if (responses !== undefined && !(status in responses) && !("default" in responses))
      gaps.push(`not in the document: ${method} ${path} ${status}`);
  }
  return [...new Set(gaps)].sort();
}
