import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { currentBuild } from "../../../../server/bin/current-build.js";

const SERVER = fileURLToPath(new URL("../../../../server", import.meta.url));
const SERVED = join(SERVER, ".movable/public");

/** Playwright's global setup: bundles the test service from source, with the built web app. */
export default function bundleService(): void {
  const build = currentBuild(join(SERVER, "dist"));
  if (build === null) throw new Error("the web app is not built: run `npm run build` first");
  rmSync(SERVED, { recursive: true, force: true });
  cpSync(join(build, "public"), SERVED, { recursive: true });
  execFileSync(
    "npx",
    ["--no-install", "tsdown", "--config", "test/movable/tsdown.config.ts", "--logLevel", "error"],
    { cwd: SERVER, stdio: ["ignore", "inherit", "inherit"] },
  );
}
