import { describe, expect, it } from "vitest";
import { addressFaults, lockFileFaults } from "../house/addresses.js";
import { lengthFaults } from "../house/length.js";
import { linkFaults } from "../house/links.js";

/** @param {string} path @param {string} text */
const file = (path, text) => ({ path, text });
/** @param {number} count */
const lines = (count) => "const a = 1;\n".repeat(count);

describe("the length of files", () => {
  it("is at most 400 lines, for tests too", () => {
    const small = Array.from({ length: 20 }, (_, index) => file(`packages/a/src/${index}.ts`, lines(5)));
    expect(lengthFaults([...small, file("packages/a/test/long.test.ts", lines(400))])).toEqual([]);
    expect(lengthFaults([...small, file("packages/a/test/long.test.ts", lines(401))])).toEqual([
      "packages/a/test/long.test.ts: 401 lines, more than 400",
    ]);
  });

  it("is under 250 lines of code for nine sources in ten", () => {
    const sources = (/** @type {number} */ long) =>
      Array.from({ length: 10 }, (_, index) => file(`apps/a/src/${index}.ts`, lines(index < long ? 250 : 5)));
    expect(lengthFaults(sources(1))).toEqual([]);
    expect(lengthFaults(sources(2))).toEqual([
      "sources: 8 of 10 are under 250 lines of code, fewer than 0.9",
    ]);
  });

  it("is under 90 lines of code for half of the sources, without comments and blank lines", () => {
    const long = file("packages/a/src/long.ts", lines(90));
    const commented = file(
      "packages/a/src/commented.ts",
      `${lines(30)}${"// Why so.\n\n".repeat(50)}/**\n * Does.\n */\n`,
    );
    expect(lengthFaults([long, commented])).toEqual([]);
    expect(lengthFaults([long, commented, { ...long, path: "packages/a/src/longer.ts" }])).toEqual([
      "sources: 1 of 3 are under 90 lines of code, fewer than 0.5",
    ]);
  });
});

describe("addresses", () => {
  it.each([
    ["a path in a home", `see /${"home"}/someone/notes`],
    ["a path of another system", `C:\\${"Users"}\\someone`],
    ["a path of root", `cp /${"root"}/x .`],
  ])("must not be %s", (_, text) => {
    expect(addressFaults([file("docs/a.md", `fine\n${text}\n`)])).toEqual([
      "docs/a.md:2: a path of one machine",
    ]);
  });

  it.each([`https://${"registry"}.npmjs.org/x`, `http://cache.example/${"npm"}/x`])(
    "must not be %s",
    (text) => {
      expect(addressFaults([file(".npmrc", text)])).toEqual([".npmrc:1: the address of a registry"]);
    },
  );

  it("may be a route, a URL or a path inside the repository", () => {
    const text = "GET /api/users/me\nhttps://app.example/work/x\napps/server/home/x\n";
    expect(addressFaults([file("docs/a.md", text)])).toEqual([]);
  });

  it("must not be a resolved URL in a lock file; links to workspaces may be", () => {
    const lock = (/** @type {string} */ resolved) =>
      file("package-lock.json", JSON.stringify({ packages: { "node_modules/a": { resolved } } }));
    expect(lockFileFaults([lock("packages/a")])).toEqual([]);
    expect(lockFileFaults([lock("https://host.example/a.tgz")])).toEqual([
      'package-lock.json: node_modules/a has a "resolved" address',
    ]);
  });
});

describe("links between pages", () => {
  const page = file("docs/rules.md", "# The `Rules`\n\n## Deadlines, and why\n\n## Deadlines, and why\n");

  it.each([
    "rules.md",
    "./rules.md#the-rules",
    "rules.md#deadlines-and-why-1",
    "../docs/",
    "https://a.example/b.md",
  ])("may point to %s", (link) => {
    expect(linkFaults([page, file("docs/a.md", `[x](${link})`)])).toEqual([]);
  });

  it("must not point to a missing page or heading", () => {
    const text = "[x](missing.md) [y](rules.md#missing)\n[z]: ../gone.md\n";
    expect(linkFaults([page, file("docs/a.md", text)])).toEqual([
      "docs/a.md: no such file: missing.md",
      "docs/a.md: no such heading: rules.md#missing",
      "docs/a.md: no such file: ../gone.md",
    ]);
  });

  it("are ignored in code", () => {
    expect(linkFaults([file("a.md", "```\n[x](missing.md)\n```\n`[y](missing.md)`\n")])).toEqual([]);
  });
});
