import { createServer } from "node:http";
import { join } from "node:path";
import { build } from "vite";

const SOURCES = join(import.meta.dirname, "../../apps/web/test/reference");

/**
 * Builds and serves the smallest sign-in page in React. Its load time calibrates the machine's current speed.
 *
 * @returns {Promise<{ url: string, stop(): void }>}
 */
export async function startReference() {
  const files = await builtFiles();
  const server = createServer((request, response) => {
    const path = request.url === "/" ? "index.html" : (request.url ?? "").slice(1);
    const source = files.get(path);
    response.writeHead(source === undefined ? 404 : 200, { "Content-Type": mediaType(path) }).end(source);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { url: `http://localhost:${address.port}/`, stop: () => void server.close() };
}

/** @returns {Promise<Map<string, string | Uint8Array>>} contents by path */
async function builtFiles() {
  const built = await build({
    configFile: false,
    root: SOURCES,
    logLevel: "error",
    oxc: { jsx: { runtime: "automatic" } },
    build: { write: false, target: "es2022", modulePreload: { polyfill: false } },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const files = outputs.flatMap((output) => ("output" in output ? output.output : []));
  return new Map(files.map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source]));
}

/** @param {string} path */
const mediaType = (path) => (path.endsWith(".js") ? "text/javascript" : "text/html");
