import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { inject, onTestFinished } from "vitest";
import { type PackageName, ROOT } from "./places.js";

const run = promisify(execFile);

/** What npm installs with each package; its drivers and frameworks are the host's. */
const DEPENDENCIES: Readonly<Record<PackageName, readonly string[]>> = {
  core: [],
  sql: ["kysely"],
  http: ["@asteasolutions/zod-to-openapi", "bowser", "jose", "zod"],
  client: [],
  react: [],
  "better-auth": ["@better-auth/core"],
};

export interface ProjectOptions {
  readonly packages: readonly PackageName[];
  /** Packages of others: a name, or the name that a project gives to an alias of the workspace, such as `["express", "express-4"]`. */
  readonly links?: readonly (string | readonly [as: string, name: string])[];
  /** Packages of others that stand in the project as real folders, so that what they import is the project's too. */
  readonly copies?: readonly (string | readonly [as: string, name: string])[];
  /** Dependencies that are left out. */
  readonly without?: readonly string[];
  readonly type?: "module" | "commonjs";
}

export interface Project {
  readonly directory: string;
  /** Runs a file of Node's, and returns the JSON that it prints. */
  run(file: string): Promise<unknown>;
  write(file: string, text: string): Promise<void>;
}

export const tarballOf = (name: PackageName): string => join(inject("packed"), `${name}.tgz`);

/** Where npm put a package: beside the others, or in the folder of the one that needs it. */
async function placeOf(name: string): Promise<string> {
  for (const folder of ["node_modules", "packages/http/node_modules", "packages/better-auth/node_modules"])
    try {
      return await realpath(join(ROOT, folder, name));
    } catch {}
  throw new Error(`${name} is not installed`);
}

/**
 * A project of its own, outside of the workspace: the tarballs as real folders, and links to packages of others, as their versions are
 * installed here. It is removed when the test finishes.
 */
export async function createProject(options: ProjectOptions): Promise<Project> {
  const { packages, links = [], copies = [], without = [], type = "module" } = options;
  const directory = await realpath(await mkdtemp(join(tmpdir(), "curfew-project-")));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const modules = join(directory, "node_modules");
  await mkdir(join(modules, "@curfew"), { recursive: true });
  for (const name of packages)
    await cp(join(inject("packed"), name), join(modules, "@curfew", name), { recursive: true });
  const absent = new Set([...without, ...copies.map((each) => (typeof each === "string" ? each : each[0]))]);
  const needed = packages.flatMap((name) => DEPENDENCIES[name]).filter((name) => !absent.has(name));
  for (const each of [...new Set([...needed, ...links])]) {
    const [as, name] = typeof each === "string" ? [each, each] : each;
    await mkdir(dirname(join(modules, as)), { recursive: true });
    await symlink(await placeOf(name), join(modules, as));
  }
  for (const each of copies) {
    const [as, name] = typeof each === "string" ? [each, each] : each;
    await cp(await placeOf(name), join(modules, as), { recursive: true });
  }
  await writeFile(join(directory, "package.json"), JSON.stringify({ name: "a-host", private: true, type }));
  return {
    directory,
    async run(file) {
      const { stdout } = await run(process.execPath, [file], { cwd: directory });
      return JSON.parse(stdout);
    },
    write: (file, text) => writeFile(join(directory, file), text),
  };
}
