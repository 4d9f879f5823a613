import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createProject, type Project } from "./support/project.js";

const OPEN = {
  "better-sqlite3": `openSqlite({ path: null })`,
  pg: `openPostgres({ url: "postgres://curfew@localhost/curfew" })`,
} as const;

type Driver = keyof typeof OPEN;

/** Opens databases in a project, and returns what each opening throws. */
async function openingsIn(project: Project, from: string): Promise<unknown> {
  await project.write(
    "open.js",
    `import { openPostgres, openSqlite } from "${from}";
    const said = (open) => { try { open(); return "opened"; } catch (error) { return [error.name, error.code, error.message]; } };
    console.log(JSON.stringify({
      "better-sqlite3": said(() => ${OPEN["better-sqlite3"]}),
      pg: said(() => ${OPEN.pg}),
    }));`,
  );
  return project.run("open.js");
}

async function fakeDriver(project: Project, name: Driver, code: string): Promise<void> {
  const directory = join(project.directory, "node_modules", name);
  await mkdir(directory);
  await writeFile(
    join(directory, "package.json"),
    JSON.stringify({ name, version: "12.0.0", main: "index.js" }),
  );
  await writeFile(join(directory, "index.js"), code);
}

describe("a project without a driver", () => {
  test("imports the store, and is told what to install when it opens a database", async () => {
    const project = await createProject({ packages: ["core", "sql"] });
    expect(await openingsIn(project, "@curfew/sql")).toEqual({
      "better-sqlite3": [
        "DatabaseOpenError",
        "cannot_open",
        "install better-sqlite3: npm install better-sqlite3@12",
      ],
      pg: ["DatabaseOpenError", "cannot_open", "install pg: npm install pg@8"],
    });
  });

  test("uses the other one", async () => {
    const project = await createProject({ packages: ["core", "sql"], links: ["pg"] });
    expect(await openingsIn(project, "@curfew/sql")).toMatchObject({ pg: "opened" });
  });

  test("runs on a connection that it hands in", async () => {
    const project = await createProject({
      packages: ["core", "sql"],
      links: [["my-driver", "better-sqlite3"]],
    });
    await project.write(
      "run.js",
      `import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql/sqlite";
      import Database from "my-driver";
      const database = openSqlite({ database: new Database(":memory:") });
      await migrateStore(database);
      const { account } = await createSqlStore(database).readSignIn("acme", "ada");
      console.log(JSON.stringify(account.epoch));`,
    );
    expect(await project.run("run.js")).toBe(0);
  });
});

test("a driver that can't be loaded says why, in one line", async () => {
  const project = await createProject({ packages: ["core", "sql"] });
  await fakeDriver(
    project,
    "better-sqlite3",
    `module.exports = class { constructor() {
      throw Object.assign(new Error("The module '/a.node'\\nwas compiled against a different Node.js version"), { code: "ERR_DLOPEN_FAILED" });
    } };`,
  );
  await fakeDriver(project, "pg", `require("pg-types-that-are-missing");`);
  const said = (await openingsIn(project, "@curfew/sql")) as Record<Driver, readonly string[]>;
  expect(said["better-sqlite3"][2]).toBe(
    "better-sqlite3 can't be loaded: The module '/a.node' was compiled against a different Node.js version",
  );
  expect(said.pg[2]).toMatch(/^pg can't be loaded: Cannot find module 'pg-types-that-are-missing'[^\n]*$/);
});

test.each(["sqlite", "postgres"])(
  "the subpath %s has what opens its database, and needs no other driver",
  async (name) => {
    const driver = name === "sqlite" ? "better-sqlite3" : "pg";
    const project = await createProject({ packages: ["core", "sql"], links: [driver] });
    await project.write(
      "run.js",
      `import * as sql from "@curfew/sql/${name}";
    sql.open${name === "sqlite" ? "Sqlite" : "Postgres"}(${OPEN[driver].replace(/^\w+\(|\)$/g, "")});
    console.log(JSON.stringify(Object.keys(sql).sort()));`,
    );
    const opener = name === "sqlite" ? "openSqlite" : "openPostgres";
    expect(await project.run("run.js")).toEqual(["createSqlStore", "migrateStore", opener]);
  },
);
