import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createProject, tarballOf } from "./support/project.js";

const run = promisify(execFile);
const BOUND_MS = 300_000;

interface Tree {
  readonly dependencies?: Readonly<Record<string, Tree & { readonly version?: string }>>;
}

/** All versions of a package in the tree of `npm ls`. */
const versionsIn = ({ dependencies = {} }: Tree, name: string): readonly (string | undefined)[] =>
  Object.entries(dependencies).flatMap(([key, tree]) => [
    ...(key === name ? [tree.version] : []),
    ...versionsIn(tree, name),
  ]);

test(
  "npm installs the tarballs beside a hono and a zod of other minor versions, with one copy of each and no driver that was not asked for",
  async () => {
    const { directory, run: runFile } = await createProject({ packages: [] });
    const wanted = [
      ...(["core", "sql", "http"] as const).map(tarballOf),
      "hono@4.12.25",
      "zod@4.1.13",
      "better-sqlite3@12.11.1",
    ];
    const options = { cwd: directory, maxBuffer: 64 * 1024 * 1024 };
    await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...wanted], options);
    const { stdout } = await run("npm", ["ls", "--all", "--json"], options);
    const tree = JSON.parse(stdout) as Tree;
    for (const [name, version] of [
      ["hono", "4.12.25"],
      ["zod", "4.1.13"],
      ["@curfew/core", "0.1.0"],
    ] as const)
      expect(new Set(versionsIn(tree, name))).toEqual(new Set([version]));
    expect(versionsIn(tree, "pg").filter((version) => version !== undefined)).toEqual([]);
    for (const file of ["engine.js", "node.js"])
      await cp(join(import.meta.dirname, "hosts", file), join(directory, file));
    expect(await runFile("node.js")).toMatchObject({ owner: { accountId: "acme" }, member: "forbidden" });
  },
  BOUND_MS,
);
