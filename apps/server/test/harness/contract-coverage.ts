import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { CALLS_DIRECTORY } from "./call-record.js";
import { ERROR_CODES, OPERATIONS } from "./operations.js";

/** The file that `coverage.test.ts` leaves the published document in. */
export const PUBLISHED_DOCUMENT = "openapi.json";

/** Before the run: a place where every call is written down. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "curfew-calls-"));
  process.env[CALLS_DIRECTORY] = directory;
  return async () => {
    const calls = await readCalls(directory);
    const document = join(directory, PUBLISHED_DOCUMENT);
    const published = existsSync(document) ? JSON.parse(await readFile(document, "utf8")) : undefined;
    await rm(directory, { recursive: true, force: true });
    if (!(await ranWhole(project))) return;
    const gaps = coverageGaps(calls, published);
    if (gaps.length > 0) throw new Error(`the contract is not covered by the tests:\n${gaps.join("\n")}`);
  };
}

/** A run of some files alone says nothing of the whole. */
async function ranWhole(project: TestProject): Promise<boolean> {
  const { testFiles } = await project.globTestFiles();
  const ran = new Set(project.vitest.state.getFiles().map((file) => file.filepath));
  return testFiles.every((file) => ran.has(file));
}

async function readCalls(directory: string): Promise<Set<string>> {
  const calls = new Set<string>();
  for (const file of await readdir(directory))
    if (file.endsWith(".calls"))
      for (const line of (await readFile(join(directory, file), "utf8")).trim().split("\n")) calls.add(line);
  return calls;
}

interface Published {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { responses: Record<string, unknown> }>>>>;
}

/** What was never called, what was never answered, and what was answered but is not in the document. */
function coverageGaps(calls: ReadonlySet<string>, published: Published | undefined): string[] {
  const rows = [...calls].map((line) => line.split(" ") as [string, string, string, string]);
  const gaps: string[] = published === undefined ? ["coverage.test.ts left no document"] : [];
  for (const [path, methods] of Object.entries(OPERATIONS))
    for (const method of methods)
      if (!rows.some(([called, pattern, status]) => called === method && pattern === path && status < "300"))
        gaps.push(`never succeeded: ${method} ${path}`);
  for (const [code, status] of Object.entries(ERROR_CODES))
    if (!rows.some((row) => row[3] === code && row[2] === String(status))) gaps.push(`never seen: ${code}`);
  for (const [method, path, status] of rows) {
    // What is no HTTP request is a 400 on any path, and no matter of the operation.
    if (status === "400" && method !== "POST" && method !== "PATCH") continue;
    const responses = published?.paths[path]?.[method.toLowerCase()]?.responses;
    if (responses !== undefined && !(status in responses) && !("default" in responses))
      gaps.push(`not in the document: ${method} ${path} ${status}`);
  }
  return [...new Set(gaps)].sort();
}
