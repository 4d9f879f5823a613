import { readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const PACKAGE = join(import.meta.dirname, "../..");

test("the entry and its built file begin with the mark of client components", async () => {
  const source = await readFile(join(PACKAGE, "src/index.ts"), "utf8");
  const { options } = ts.convertCompilerOptionsFromJson(
    ts.readConfigFile(join(PACKAGE, "../../tsconfig.base.json"), ts.sys.readFile).config.compilerOptions,
    PACKAGE,
  );
  const built = ts.transpileModule(source, { compilerOptions: options }).outputText;
  for (const text of [source, built]) expect(text.startsWith('"use client";')).toBe(true);
});

test("the stylesheet has a declaration, for projects that refuse imports without one", () => {
  const options = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };
  const { resolvedModule } = ts.resolveModuleName(
    "@curfew/react/styles.css",
    join(PACKAGE, "a-host.ts"),
    options,
    ts.sys,
    undefined,
    undefined,
    ts.ModuleKind.ESNext,
  );
  expect(resolvedModule?.resolvedFileName).toBe(join(PACKAGE, "styles/styles.css.d.ts"));
});
