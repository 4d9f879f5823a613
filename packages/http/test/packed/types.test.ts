import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createProject } from "./support/project.js";
import { faultsIn, SETTINGS, type Setting, withFiles } from "./support/type-faults.js";

const server = { packages: ["core", "sql", "http"], links: ["@types/node", "fastify", "kysely"] } as const;

describe.each(Object.keys(SETTINGS) as Setting[])(
  "under %s, with the types of libraries checked",
  (setting) => {
    test("a server's types are whole without hono, zod, express and the drivers", async () => {
      const project = await createProject({ ...server, without: ["zod"] });
      await withFiles(project, ["host.ts"]);
      expect(faultsIn(project, setting, ["host.ts"])).toEqual([]);
    });

    test("a host's pool, connection and Hono app fit by their own types, and the browser's parts have theirs", async () => {
      const files = ["drivers.ts", "mounted.ts", "browser.tsx"];
      const drivers = ["pg", "@types/pg", "better-sqlite3", "@types/better-sqlite3"];
      const project = await createProject({
        packages: ["core", "sql", "http", "client", "react"],
        links: [...server.links, ...drivers, "hono", "react", "@types/react"],
      });
      await withFiles(project, files);
      expect(faultsIn(project, setting, files)).toEqual([]);
    });
  },
);

describe("in CommonJS", () => {
  test("nodenext takes the packages as it takes those in CommonJS, since Node loads them so", async () => {
    const project = await createProject({ ...server, type: "commonjs" });
    await withFiles(project, ["host.ts"]);
    expect(faultsIn(project, "nodenext", ["host.ts"])).toEqual([]);
    await project.write(
      "run.js",
      `const { createCurfew } = require("@curfew/core");
      const { createHandler } = require("@curfew/http");
      console.log(JSON.stringify([typeof createCurfew, typeof createHandler, typeof require("@curfew/sql").openSqlite]));`,
    );
    expect(await project.run("run.js")).toEqual(["function", "function", "function"]);
  });

  test("node16 takes types with a resolution mode, and values by import()", async () => {
    const project = await createProject({ ...server, type: "commonjs" });
    await withFiles(project, ["node16.cts"]);
    expect(faultsIn(project, "node16", ["node16.cts"])).toEqual([]);
  });
});

test("the code in the READMEs of the engine and the store is right as it stands", async () => {
  const links = [...server.links, "pg", "@types/pg", "better-sqlite3", "@types/better-sqlite3"];
  const project = await createProject({ packages: ["core", "sql"], links });
  const packages = join(project.directory, "node_modules/@curfew");
  const readmes = await Promise.all(
    ["core", "sql"].map((name) => readFile(join(packages, name, "README.md"), "utf8")),
  );
  const blocks = readmes.flatMap((text) =>
    [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? ""),
  );
  expect(blocks).toHaveLength(4);
  const files = blocks.map((_, nth) => `block-${nth}.ts`);
  for (const [nth, code] of blocks.entries()) await project.write(files[nth] ?? "", `${code}\nexport {};\n`);
  await project.write(
    "own.d.ts",
    `declare const pool: import("pg").Pool;
    declare const database: import("better-sqlite3").Database;`,
  );
  expect(faultsIn(project, "nodenext", ["own.d.ts", ...files])).toEqual([]);
});
