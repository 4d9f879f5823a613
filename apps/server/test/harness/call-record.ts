import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { patternOf } from "./operations.js";

/** The directory that calls are written down in, set for the whole run by `contract-coverage.ts`. */
export const CALLS_DIRECTORY = "CURFEW_TEST_CALLS";

const seen = new Set<string>();

/** Writes down that an operation was called and what it answered, each once for a worker. */
export function recordCall(method: string, path: string, status: number, code: string | undefined): void {
  const directory = process.env[CALLS_DIRECTORY];
  const pattern = patternOf(path);
  if (directory === undefined || pattern === undefined) return;
  const line = `${method} ${pattern} ${status} ${code ?? "-"}`;
  if (seen.has(line)) return;
  seen.add(line);
  appendFileSync(join(directory, `${process.pid}.calls`), `${line}\n`);
}
