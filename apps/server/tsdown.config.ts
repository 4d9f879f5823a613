import { defineConfig } from "tsdown";

/** Native code can't be bundled; everything else is, so that a start reads few files. */
const NATIVE = ["better-sqlite3", "@node-rs/argon2"];

export default defineConfig({
  entry: { main: "src/main.ts" },
  format: "esm",
  platform: "node",
  target: "node20",
  outDir: "dist",
  fixedExtension: false,
  dts: false,
  sourcemap: true,
  logLevel: "warn",
  deps: { alwaysBundle: [/.*/], neverBundle: NATIVE, onlyBundle: false },
  inputOptions: { resolve: { conditionNames: ["@curfew/source", "node", "import", "default"] } },
});
