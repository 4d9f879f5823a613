import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";

/** Writes an example's server to its `dist`, as its `npm run build` does. The types are checked with those of all tests. */
export async function transpile(folder: string): Promise<void> {
  await mkdir(join(folder, "dist"), { recursive: true });
  const names = await readdir(folder);
  for (const name of names.filter((each) => each.endsWith(".ts") && !/\.(?:config|d)\.ts$/.test(each))) {
    const { outputText } = ts.transpileModule(await readFile(join(folder, name), "utf8"), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2022,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
      },
    });
    const file = join(folder, "dist", name.replace(/ts$/, "js"));
    // Another worker may run a server from these files, so each is put in place at once.
    const temporary = `${file}.${process.pid}`;
    await writeFile(temporary, outputText);
    await rename(temporary, file);
  }
}
