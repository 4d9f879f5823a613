import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A directory of the running test's own, gone when the test is over. */
export function throwAwayDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "curfew-sql-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The path of a database that is not there yet. */
export const throwAwayPath = (): string => join(throwAwayDirectory(), "curfew.db");
