import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const DIRECTORY_VARIABLE = "TEST_SHARED_SERVICES";

/** Notes a service that outlives the test file that started it. */
export function registerSharedService({ pid, dataDir }: { pid: number; dataDir: string }): void {
  const directory = process.env[DIRECTORY_VARIABLE];
  if (directory === undefined) throw new Error("shared services need the global setup shared-services.ts");
  writeFileSync(join(directory, String(pid)), dataDir);
}

/** Vitest's global setup: stops the shared services after the last test file, and deletes their data. */
export function setup(): () => void {
  const directory = mkdtempSync(join(tmpdir(), "curfew-services-"));
  process.env[DIRECTORY_VARIABLE] = directory;
  return () => {
    for (const pid of readdirSync(directory)) {
      stop(Number(pid));
      rmSync(readFileSync(join(directory, pid), "utf8"), { recursive: true, force: true });
    }
    rmSync(directory, { recursive: true });
  };
}

function stop(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // The service has ended already.
  }
}
