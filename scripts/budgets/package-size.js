import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const ROOT = join(import.meta.dirname, "../..");

/**
 * What a package costs those who take all of it: one minified module, gzipped.
 *
 * @param {string} entry from the top of the repository
 * @param {readonly string[]} external what is not counted, by the names it is imported by
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
        // A library's module keeps its white space unless told: nobody is served that.
        output: { minify: true },
        external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
      },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunks = outputs.flatMap((output) => ("output" in output ? output.output : []));
  const code = chunks.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("\n");
  return gzipSync(code, { level: 9 }).byteLength;
}
