import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, inject, test } from "vitest";
import { PACKAGES, ROOT } from "./support/places.js";
import { tarballOf } from "./support/project.js";

interface Manifest {
  readonly repository: { readonly directory: string };
  readonly description: string;
  readonly keywords: readonly string[];
  readonly publishConfig: object;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

describe.each(PACKAGES)("the tarball of %s", (name) => {
  const directory = join(inject("packed"), name);
  const read = (file: string) => readFile(join(directory, file), "utf8");
  const files = async () =>
    (await readdir(directory, { recursive: true })).map((file) => file.replaceAll("\\", "/"));

  test("tells what it is, how it is installed and used, and where more is written", async () => {
    const readme = await read("README.md");
    expect(readme.startsWith(`# @curfew/${name}\n`)).toBe(true);
    expect(readme).toMatch(new RegExp(`npm install .*@curfew/${name}\\b`));
    expect(readme).toMatch(/```tsx?[^\n]*\n[^`]*@curfew\//);
    expect(readme).toContain("](../../README.md)");
  });

  test("has the license, and a manifest for those who search and for npm", async () => {
    expect(await read("LICENSE")).toBe(await readFile(join(ROOT, "LICENSE"), "utf8"));
    const manifest = JSON.parse(await read("package.json")) as Manifest;
    expect(manifest).toMatchObject({
      repository: { type: "git", directory: `packages/${name}` },
      publishConfig: { access: "public" },
      license: "Apache-2.0",
      type: "module",
    });
    expect(manifest.description.length).toBeGreaterThan(20);
    expect(manifest.keywords.length).toBeGreaterThan(3);
  });

  test("has no build state and no test", async () => {
    expect((await files()).filter((file) => /tsbuildinfo|\.test\.|^(src|test)\//.test(file))).toEqual([]);
  });

  test("has every file that its exports name, each with its types", async () => {
    const [{ exports }, all] = [JSON.parse(await read("package.json")) as Manifest, await files()];
    const named = Object.values(exports).flatMap((conditions) => [
      conditions["types"],
      conditions["default"],
    ]);
    expect(named.length).toBeGreaterThan(1);
    for (const file of named) expect(all).toContain(file?.replace("./", ""));
  });

  test("has a manifest that publint finds nothing wrong with", async () => {
    const { messages, pkg } = await publint({ pkgDir: directory, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("resolves to types that tell what its modules export, for importers that are ES modules", async () => {
    const tarball = await readFile(tarballOf(name));
    const analysis = await checkPackage(createPackageFromTarballData(tarball));
    if (analysis.types === false) throw new Error(`@curfew/${name} has no types`);
    const { entrypoints, problems } = analysis;
    expect(Object.keys(entrypoints)).toContain(".");
    const visible = Object.values(entrypoints)
      .flatMap(({ resolutions }) => [resolutions["node16-esm"], resolutions.bundler])
      .flatMap(({ visibleProblems = [] }) => visibleProblems);
    expect(visible.map((index) => problems[index])).toEqual([]);
  });

  test("has a source map with its sources for each file that names one, and no map of types", async () => {
    const code = (await files()).filter((file) => /\.(js|d\.ts)$/.test(file));
    expect(code.length).toBeGreaterThan(10);
    for (const file of code) {
      const map = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(await read(file))?.[1];
      if (file.endsWith(".d.ts")) expect(map).toBeUndefined();
      if (map === undefined) continue;
      const { sources, sourcesContent } = JSON.parse(await read(join(dirname(file), map)));
      expect(sourcesContent).toHaveLength(sources.length);
      expect(sourcesContent[0]).toMatch(/\w/);
    }
  });

  test("lets a host have one copy of each package of others", async () => {
    const { dependencies = {} } = JSON.parse(await read("package.json")) as Manifest;
    const others = Object.entries(dependencies).filter(([dependency]) => !dependency.startsWith("@curfew/"));
    for (const [, range] of others) expect(range).toMatch(/^\^/);
  });
});
