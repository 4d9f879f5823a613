import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const DIST = fileURLToPath(new URL("../../../../packages/http/dist/", import.meta.url));
const IMPORTED = /(?:from|import)\s*\(?\s*"([^"]+)"/g;

/** The packages that a built declaration file imports, also through the files that it imports. */
async function packagesIn(file: string, seen = new Set<string>()): Promise<Set<string>> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  for (const [, name = ""] of (await readFile(file, "utf8")).matchAll(IMPORTED)) {
    if (!name.startsWith(".")) packages.add(name);
    else
      for (const found of await packagesIn(join(dirname(file), name.replace(/\.js$/, ".d.ts")), seen))
        packages.add(found);
  }
  return packages;
}

test.each([
  ["index", ["@curfew/core"]],
  ["adapters/node", ["@curfew/core", "node:http", "node:stream"]],
  ["adapters/express", ["@curfew/core", "node:stream"]],
  ["adapters/fastify", ["@curfew/core", "fastify"]],
  ["adapters/next", ["@curfew/core"]],
  ["hono", ["@curfew/core", "hono"]],
])("the types of %s mention neither Hono nor Zod, unless a host asks for them", async (entry, expected) => {
  expect(existsSync(DIST)).toBe(true);
  expect([...(await packagesIn(join(DIST, `${entry}.d.ts`)))].sort()).toEqual(expected);
});
