import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformWithOxc } from "vite";
import { onTestFinished } from "vitest";

export interface Child {
  /** Resolves with the next line of the output. Rejects if the process ends before. */
  line(): Promise<string>;
  /** Kills the process with SIGKILL and waits until it has ended. */
  kill(): Promise<void>;
}

/** Runs an ES module in a process that is killed when the test finishes. */
export function runChild(source: string, directory: string): Child {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    cwd: directory,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  const readers: { resolve(line: string): void; reject(error: Error): void }[] = [];
  let partialLine = "";
  let hasEnded = false;
  child.stdout.on("data", (chunk: Buffer) => {
    const received = (partialLine + chunk.toString()).split("\n");
    partialLine = received.pop() ?? "";
    for (const line of received) {
      const reader = readers.shift();
      if (reader === undefined) lines.push(line);
      else reader.resolve(line);
    }
  });
  const ended = new Promise<void>((resolve) => {
    child.on("close", () => {
      hasEnded = true;
      for (const { reject } of readers) reject(new Error("the child process ended"));
      resolve();
    });
  });
  const kill = (): Promise<void> => {
    child.kill("SIGKILL");
    return ended;
  };
  onTestFinished(kill);
  return {
    kill,
    line: () =>
      new Promise((resolve, reject) => {
        const line = lines.shift();
        if (line !== undefined) resolve(line);
        else if (hasEnded) reject(new Error("the child process ended"));
        else readers.push({ resolve, reject });
      }),
  };
}

const repository = fileURLToPath(new URL("../../../../", import.meta.url));

/**
 * Compiles the sources of this package and of core into `directory`, because a plain Node process can't load
 * TypeScript. Returns the path of the module.
 */
export async function compileSql(directory: string): Promise<string> {
  const modules = join(directory, "node_modules");
  for (const name of ["core", "sql"]) {
    const target = join(modules, "@curfew", name);
    await compile(join(repository, "packages", name, "src"), target);
    const exports = { ".": "./index.js", "./policy": "./policy/index.js" };
    writeFileSync(join(target, "package.json"), JSON.stringify({ type: "module", exports }));
  }
  for (const name of ["better-sqlite3", "kysely", "pg"])
    symlinkSync(join(repository, "node_modules", name), join(modules, name));
  return join(modules, "@curfew", "sql", "index.js");
}

/** With Oxc, which takes a fiftieth of the time of TypeScript's compiler. */
async function compile(source: string, target: string): Promise<void> {
  for (const entry of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!entry.endsWith(".ts")) continue;
    const path = join(source, entry);
    const { code } = await transformWithOxc(readFileSync(path, "utf8"), path, { sourcemap: false });
    const file = join(target, entry.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code);
  }
}
