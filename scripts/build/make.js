import { spawn } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { IN_USE } from "../../apps/server/bin/current-build.js";

const ROOT = join(import.meta.dirname, "../..");
const SERVER = join(ROOT, "apps/server");
const WEB = join(ROOT, "apps/web");

/** Checks the types of the sources and writes the packages' declarations. */
export const check = () => run(ROOT, "typescript/bin/tsc", ["-b"]);

/**
 * Writes the service's bundle and the files that it serves into a directory, in the layout that
 * `apps/server/src/package-files.ts` expects.
 *
 * @param {string} directory
 */
export async function make(directory) {
  mkdirSync(join(directory, IN_USE), { recursive: true });
  cpSync(join(SERVER, "public"), join(directory, "public"), { recursive: true });
  const server = ["--logLevel", "error", "--out-dir", join(directory, "server")];
  const web = ["build", "--logLevel", "warn", "--emptyOutDir", "--outDir", join(directory, "public/app")];
  await run(SERVER, "tsdown/dist/run.mjs", server);
  await run(WEB, "vite/bin/vite.js", web);
}

/**
 * @param {string} cwd
 * @param {string} program below `node_modules`
 * @param {string[]} args
 * @returns {Promise<void>}
 */
function run(cwd, program, args) {
  const child = spawn(process.execPath, [join(ROOT, "node_modules", program), ...args], {
    cwd,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} exited with code ${code}`)),
    );
  });
}
