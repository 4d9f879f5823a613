import { fileURLToPath } from "node:url";
import { defineConfig } from "tsdown";
import product from "../../tsdown.config.js";

/** Bundles the test service like the product, into a directory with the layout of a build, which is never shipped. */
export default defineConfig({
  ...product,
  cwd: fileURLToPath(new URL("../..", import.meta.url)),
  entry: { "movable-service": "test/movable/main.ts" },
  outDir: ".movable/server",
  clean: true,
});
