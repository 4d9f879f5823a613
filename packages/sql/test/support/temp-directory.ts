import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Creates a directory that is removed when the test finishes. */
export function createTempDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "curfew-sql-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Returns a path in a temporary directory at which no database exists yet. */
export const tempDatabasePath = (): string => join(createTempDirectory(), "curfew.db");
