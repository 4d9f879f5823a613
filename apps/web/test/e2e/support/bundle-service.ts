import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SERVER = new URL("../../../../server/", import.meta.url);

/** Bundles the service that has its time in the tests' hands, from the sources as they stand. */
export default function bundleService(): void {
  if (!existsSync(new URL("public/app/index.html", SERVER)))
    throw new Error("the web app is not built: run `npm run build` first");
  execFileSync(
    "npx",
    ["--no-install", "tsdown", "--config", "test/movable/tsdown.config.ts", "--logLevel", "error"],
    {
      cwd: fileURLToPath(SERVER),
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
}
