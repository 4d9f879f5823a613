#!/usr/bin/env node
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { currentBuild, ENTRY, IN_USE } from "./current-build.js";
import { registerProcess } from "./live-processes.js";

const build = currentBuild(join(import.meta.dirname, "../dist"));

if (build !== null) {
  registerWithBuild(build);
  const { runCommand } = await import(pathToFileURL(join(build, ENTRY)).href);
  process.exit(
    await runCommand(process.argv.slice(2), {
      environment: process.env,
      print: (text) => process.stdout.write(text),
      printError: (line) => process.stderr.write(line),
    }),
  );
} else {
  console.error("curfew: not built; run: npm run build");
  process.exit(1);
}

/** Registers this process with its build, since `npm run build` removes builds that no live process is registered with. */
function registerWithBuild(directory) {
  try {
    process.once("exit", registerProcess(join(directory, IN_USE)));
  } catch {
    // A read-only directory, such as the image's, is never built in, so no registration is needed.
  }
}
