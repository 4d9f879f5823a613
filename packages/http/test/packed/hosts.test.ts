import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "vite";
import { expect, test } from "vitest";
import { createProject, type Project, type ProjectOptions } from "./support/project.js";

const SERVER = ["core", "sql", "http"] as const;

/** What `tell` of the hosts finds. */
const TOLD = {
  nobody: "unauthenticated",
  owner: { accountId: "acme" },
  member: "forbidden",
  session: "ben",
  policy: 30,
  everyoneOut: 200,
  after: [401, "session_revoked", "revoked_by_owner"],
};

async function createHost(name: string, options: ProjectOptions): Promise<Project> {
  const project = await createProject({ ...options, links: ["better-sqlite3", ...(options.links ?? [])] });
  for (const file of ["engine.js", `${name}.js`])
    await cp(join(import.meta.dirname, "hosts", file), join(project.directory, file));
  return project;
}

test.each<[string, string, NonNullable<ProjectOptions["links"]>]>([
  ["plain Node", "node", []],
  ["Express 5 with express-session", "express", ["express", "express-session"]],
  ["Express 4 with express-session", "express", [["express", "express-4"], "express-session"]],
  ["Fastify 5", "fastify", ["fastify"]],
])(
  "on %s, a host governs its own sessions: policy, roles, and everyone out with the reason",
  async (_, file, links) => {
    const project = await createHost(file, { packages: SERVER, links });
    expect(await project.run(`${file}.js`)).toEqual(TOLD);
  },
);

test.each([
  ["of the workspace's versions", ["hono"], []],
  [
    "of other minor versions",
    [],
    [["hono", "hono-4.12"], ["zod", "zod-4.1"], "@asteasolutions/zod-to-openapi"],
  ],
] as [string, string[], NonNullable<ProjectOptions["copies"]>][])(
  "routes mount on a host's Hono, beside a hono and a zod %s",
  async (_, links, copies) => {
    const project = await createHost("hono", { packages: SERVER, links, copies });
    expect(await project.run("hono.js")).toEqual({
      notes: [200, "ada"],
      idle: 30,
      faults: [
        422,
        [
          ["idle_minutes", "wrong_type"],
          ["other", "unknown_field"],
        ],
      ],
      after: [401, "session_revoked", "revoked_by_owner"],
    });
  },
);

test("a handler with a copy of core of its own understands the engine of another copy", async () => {
  const project = await createHost("two-copies", { packages: SERVER });
  const modules = join(project.directory, "node_modules/@curfew");
  await mkdir(join(modules, "http/node_modules/@curfew"), { recursive: true });
  await cp(join(modules, "core"), join(modules, "http/node_modules/@curfew/core"), { recursive: true });
  expect(await project.run("two-copies.js")).toEqual({
    copies: 2,
    known: [true, true],
    seen: ["signed_in", true],
    answers: [401, 401],
  });
});

test("better-auth's organizations are governed, on one connection of SQLite with better-auth's own tables", async () => {
  const project = await createHost("better-auth", {
    packages: [...SERVER, "better-auth"],
    links: ["better-auth"],
  });
  expect(await project.run("better-auth.js")).toEqual({
    signedIn: "Ada",
    policy: 200,
    after: [401, "session_revoked", "revoked_by_owner"],
    session: null,
  });
});

test("a production build of Vite keeps the parts' theme and marks, and takes nothing of a server", async () => {
  const project = await createProject({
    packages: ["core", "client", "react"],
    links: ["react", "react-dom"],
  });
  await cp(join(import.meta.dirname, "types/browser.tsx"), join(project.directory, "browser.tsx"));
  await project.write(
    "main.tsx",
    `import { createRoot } from "react-dom/client";
    import { Root } from "./browser.js";
    createRoot(document.body).render(<Root />);`,
  );
  await project.write("index.html", `<!doctype html><script type="module" src="./main.tsx"></script>`);
  await build({
    configFile: false,
    root: project.directory,
    logLevel: "error",
    resolve: { conditions: ["module", "browser", "production"] },
    build: { cssMinify: "lightningcss", cssTarget: ["chrome107", "safari16", "firefox104"] },
  });
  const assets = join(project.directory, "dist/assets");
  const files = await readdir(assets);
  const textOf = async (ending: string) =>
    (
      await Promise.all(
        files.filter((file) => file.endsWith(ending)).map((file) => readFile(join(assets, file), "utf8")),
      )
    ).join("");
  const [css, js] = [await textOf(".css"), await textOf(".js")];
  expect(css).toMatch(/--curfew-[\w-]+:light-dark\(#/);
  expect(css).not.toContain("--lightningcss-");
  // Not compared as texts, which would print the whole bundle.
  expect(["curfew-notice", "createHmac", "CREATE TABLE"].map((text) => js.includes(text))).toEqual([
    true,
    false,
    false,
  ]);
});
