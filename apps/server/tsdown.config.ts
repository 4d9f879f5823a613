import { createRequire } from "node:module";
import { defineConfig } from "tsdown";

/**
 * Native modules can't be bundled, nor can pg, whose class hierarchy mixes ESM and CommonJS. Everything else is bundled, so
 * that a start reads few files.
 */
const UNBUNDLED = ["better-sqlite3", "@node-rs/argon2", "pg"];

/** The bundler generates conflicting names for the CommonJS build of this package, so its ESM build is used. */
const telemetry = createRequire(import.meta.url)
  .resolve("@opentelemetry/api")
  .replace(/\.cjs$/, ".mjs");

export default defineConfig({
  entry: { main: "src/command.ts" },
  format: "esm",
  platform: "node",
  target: "node20",
  // `scripts/build.js` says where to. Never emptied: a build stays as it is while processes run from it.
  clean: false,
  fixedExtension: false,
  dts: false,
  deps: { alwaysBundle: [/.*/], neverBundle: UNBUNDLED, onlyBundle: false },
  alias: { "@opentelemetry/api": telemetry },
  inputOptions: { resolve: { conditionNames: ["@curfew/source", "node", "import", "default"] } },
});
