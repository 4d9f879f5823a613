import { cp } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import type { Project } from "./project.js";

const { ModuleKind, ModuleResolutionKind } = ts;

export const SETTINGS = {
  node16: { module: ModuleKind.Node16, moduleResolution: ModuleResolutionKind.Node16 },
  nodenext: { module: ModuleKind.NodeNext, moduleResolution: ModuleResolutionKind.NodeNext },
  bundler: { module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler },
} as const;

export type Setting = keyof typeof SETTINGS;

/** Parsed files that all programs share: those of the standard library and of the packages that projects link to. */
const parsed = new Map<string, ts.SourceFile>();

function hostWith(options: ts.CompilerOptions, directory: string): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    getSourceFile(fileName, versionOrOptions, onError) {
      if (fileName.startsWith(`${directory}/`))
        return host.getSourceFile(fileName, versionOrOptions, onError);
      // A file may be an ES module under one setting and none under another.
      const format = typeof versionOrOptions === "object" ? versionOrOptions.impliedNodeFormat : undefined;
      const key = `${format} ${fileName}`;
      const file = parsed.get(key) ?? host.getSourceFile(fileName, versionOrOptions, onError);
      if (file !== undefined) parsed.set(key, file);
      return file;
    },
  };
}

/** What TypeScript finds wrong in files of a project and in the declarations of our packages. */
export function faultsIn(
  project: Project,
  setting: Setting,
  files: readonly string[],
  { types = ["node"] }: { types?: string[] } = {},
): string[] {
  const options: ts.CompilerOptions = {
    ...SETTINGS[setting],
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    jsx: ts.JsxEmit.ReactJSX,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedSideEffectImports: true,
    skipLibCheck: false,
    noEmit: true,
    types,
    typeRoots: [join(project.directory, "node_modules/@types")],
  };
  const names = files.map((file) => join(project.directory, file));
  const program = ts.createProgram(names, options, hostWith(options, project.directory));
  const ours = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(`${project.directory}/`));
  return [
    ...program.getOptionsDiagnostics(),
    ...ours.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]),
  ].map(
    ({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
  );
}

/** Copies files of `types` into a project. */
export async function withFiles(project: Project, files: readonly string[]): Promise<Project> {
  for (const file of files)
    await cp(join(import.meta.dirname, "../types", file), join(project.directory, file));
  return project;
}
