import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { markedBlocks } from "../../../apps/server/test/harness/readme-steps.js";

const read = (path: string): Promise<string> => readFile(new URL(`../${path}`, import.meta.url), "utf8");

const blocksOf = async (page: string) => markedBlocks(await read(page));

test.each(["../../docs/have-better-auth.md", "../../packages/better-auth/README.md"])(
  "%s shows the server of this example, which other tests run",
  async (page) => {
    const blocks = await blocksOf(page);
    expect(blocks.find(({ mark }) => mark === "auth")?.text).toBe(await read("auth.ts"));
  },
);

test("the documentation shows the browser part and the routes of this example", async () => {
  const blocks = await blocksOf("../../docs/have-better-auth.md");
  expect(blocks.map(({ mark }) => mark)).toEqual([
    "auth",
    "imports",
    "route",
    "notes",
    "reason",
    "elsewhere",
    "trouble",
    "nextauth",
    "nextroute",
    "browser",
  ]);
  const server = await read("server.ts");
  const files: Readonly<Record<string, string>> = {
    browser: "browser/curfew.tsx",
    nextauth: "next/auth.ts",
    nextroute: "next/route.ts",
  };
  for (const { mark, text } of blocks)
    if (files[mark] !== undefined) expect(text).toBe(await read(files[mark]));
    else if (mark !== "auth") expect(server).toContain(text);
});
