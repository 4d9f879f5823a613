import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));

/**
 * Translates the sources of this package and of core into `directory`, for a child process that is to be killed: it can't
 * load TypeScript. Answers the path of the module.
 */
export function compiledSql(directory: string): string {
  const modules = join(directory, "node_modules");
  for (const name of ["core", "sql"]) {
    const target = join(modules, "@curfew", name);
    translate(join(repository, "packages", name, "src"), target);
    const exports = { ".": "./index.js", "./policy": "./policy/index.js" };
    writeFileSync(join(target, "package.json"), JSON.stringify({ type: "module", exports }));
  }
  for (const name of ["better-sqlite3", "kysely", "pg"])
    symlinkSync(join(repository, "node_modules", name), join(modules, name));
  return join(modules, "@curfew", "sql", "index.js");
}

function translate(source: string, target: string): void {
  for (const entry of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!entry.endsWith(".ts")) continue;
    const { outputText } = ts.transpileModule(readFileSync(join(source, entry), "utf8"), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2022,
        verbatimModuleSyntax: true,
      },
    });
    const file = join(target, entry.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, outputText);
  }
}
