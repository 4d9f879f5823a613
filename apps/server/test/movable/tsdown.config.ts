import { fileURLToPath } from "node:url";
import { defineConfig } from "tsdown";
import product from "../../tsdown.config.js";

/** Bundled as the product is, beside the files that it serves, and never into `dist`, which is what is shipped. */
export default defineConfig({
  ...product,
  cwd: fileURLToPath(new URL("../..", import.meta.url)),
  entry: { "movable-service": "test/movable/main.ts" },
  outDir: ".movable/server",
  clean: true,
});
