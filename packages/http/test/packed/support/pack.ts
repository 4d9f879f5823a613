import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { PACKAGES, ROOT } from "./places.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder that has the tarball of each package, and a folder of its name with what is in it. */
    packed: string;
  }
}

const run = promisify(execFile);

let directory: string;

interface Tarball {
  readonly name: string;
  readonly filename: string;
}

/** Packs all packages once for all test files, as they were built. */
export async function setup(project: TestProject): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), "curfew-packed-"));
  // What `prepack` does after the build.
  await run(process.execPath, ["scripts/flatten-types.js", "packages/client"], { cwd: ROOT });
  const { stdout } = await run(
    "npm",
    [
      "pack",
      "--json",
      "--ignore-scripts",
      "--pack-destination",
      directory,
      ...PACKAGES.map((name) => `--workspace=packages/${name}`),
    ],
    { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 },
  );
  for (const { name, filename } of JSON.parse(stdout) as Tarball[]) {
    const target = join(directory, name.replace("@curfew/", ""));
    const tarball = `${target}.tgz`;
    await mkdir(target);
    await rename(join(directory, filename), tarball);
    await run("tar", ["-xzf", tarball, "--strip-components=1", "-C", target]);
  }
  project.provide("packed", directory);
}

export const teardown = (): Promise<void> => rm(directory, { recursive: true, force: true });
