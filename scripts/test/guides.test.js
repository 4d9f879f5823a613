import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const GUIDES = ["have-express", "have-next", "have-something-else", "in-your-product", "day-of-the-switch"];

/** @param {string} path */
const read = (path) => readFileSync(join(ROOT, path), "utf8");

/** Lines without their indentation, since a page shows a part of a file. @param {string} text */
const linesOf = (text) => text.split("\n").map((line) => line.trim());

/** The fenced blocks of a page. @param {string} page */
const blocksOf = (page) =>
  [...page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", path = "", text = ""]) => ({ language, path, text }),
  );

/** The blocks that are not found in the files that they name. @param {{ path: string, text: string }[]} blocks */
const strangers = (blocks) =>
  blocks.filter(
    ({ path, text }) => !`\n${linesOf(read(path)).join("\n")}`.includes(`\n${linesOf(text).join("\n")}`),
  );

test("the README shows the plugin of better-auth as it stands in its example", () => {
  const blocks = blocksOf(read("README.md")).filter(({ path }) => path.startsWith("examples/"));
  expect(blocks).toHaveLength(1);
  expect(strangers(blocks)).toEqual([]);
});

test("the examples on Fastify and on plain Node, of which a guide shows one, have the same people", () => {
  expect(read("examples/fastify/people.ts")).toBe(read("examples/node/people.ts"));
});

test("the settings of each example that tsc compiles name Node's types, which TypeScript 6 takes no more by itself", () => {
  const folders = readdirSync(join(ROOT, "examples")).filter(
    (name) => name !== "next" && existsSync(join(ROOT, "examples", name, "tsconfig.json")),
  );
  expect(folders).toContain("oidc");
  for (const name of folders)
    expect(JSON.parse(read(`examples/${name}/tsconfig.json`)).compilerOptions.types, name).toEqual(["node"]);
});

describe.each(GUIDES)("the guide %s", (name) => {
  const blocks = blocksOf(read(`docs/${name}.md`));

  test("shows code of examples alone, as it stands in their files, which are compiled and run by their tests", () => {
    const code = blocks.filter(({ language }) => language !== "sh");
    expect(code.length).toBeGreaterThan(0);
    for (const { path } of code) expect(path).toMatch(/^examples\//);
    expect(strangers(code)).toEqual([]);
  });

  test("installs what the packages and the examples depend on", () => {
    const known = new Set(
      [
        ".",
        ...["express-session", "fastify", "nest", "next", "oidc", "own-users"].map(
          (name) => `examples/${name}`,
        ),
      ].flatMap((folder) => {
        const { dependencies, devDependencies } = JSON.parse(read(`${folder}/package.json`));
        return Object.keys({ ...dependencies, ...devDependencies });
      }),
    );
    for (const { text } of blocks.filter(({ language }) => language === "sh"))
      for (const line of text.trim().split("\n")) {
        expect(line).toMatch(/^npm install /);
        const wanted = line.split(" ").filter((word) => word !== "--save-dev");
        for (const name of wanted.slice(2)) expect(known).toContain(name);
      }
  });
});
