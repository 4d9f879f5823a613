/** `npm run build`: builds the service and its web app into `apps/server/dist`, unless that build exists. */
import { join } from "node:path";
import { ensureBuild } from "./build/ensure-build.js";
import { hashOfInputs } from "./build/inputs.js";
import { check, make } from "./build/make.js";

const ROOT = join(import.meta.dirname, "..");

try {
  await ensureBuild(join(ROOT, "apps/server/dist"), {
    hash: () => hashOfInputs(ROOT),
    check,
    make,
    report: (line) => console.error(`build: ${line}`),
  });
} catch (error) {
  console.error(`build: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
