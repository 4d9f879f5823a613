import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const ROOT = join(import.meta.dirname, "../..");

/**
 * The gzipped size of a whole package, bundled into one minified module.
 *
 * @param {string} entry relative to the repository's root
 * @param {readonly string[]} external packages that are not counted
 * @returns {Promise<number>} in bytes
 */
export async function packageBytes(entry, external) {
  const built = await build({
    configFile: false,
    root: ROOT,
    logLevel: "error",
    resolve: { conditions: ["@curfew/source", "import", "default"] },
    oxc: { jsx: { runtime: "automatic" } },
    build: {
      write: false,
      minify: true,
      target: "es2022",
      lib: { entry: join(ROOT, entry), formats: ["es"] },
      rolldownOptions: {
        // Vite does not remove white space from library builds by default.
        output: { minify: true },
        external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
      },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunks = outputs.flatMap((output) => ("output" in output ? output.output : []));
  const code = chunks
    .map((chunk) => (chunk.type === "chunk" ? chunk.code : ""))
    .join("\n")
    // What library builds keep for the bundlers of apps, which remove it.
    .replaceAll("/* @__PURE__ */ ", "");
  return gzipSync(code, { level: 9 }).byteLength;
}
