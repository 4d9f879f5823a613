import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";
import { StartFailure } from "../../process/start-failure.js";
import type { WebApp, WebFile } from "./web-file.js";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

const COMPRESSED = /\.(br|gz)$/;

/**
 * Reads the built web app into memory, so that no request can name a file on the disk.
 *
 * @param directory where the build put it, with a slash at its end
 * @throws StartFailure where there is none
 */
export async function readWebApp(directory: URL): Promise<WebApp> {
  try {
    const assetsDirectory = new URL("assets/", directory);
    const names = (await readdir(assetsDirectory)).filter((name) => !COMPRESSED.test(name));
    const assets = names.map(
      async (name) => [name, await readWebFile(new URL(name, assetsDirectory))] as const,
    );
    return {
      index: await readWebFile(new URL("index.html", directory)),
      assets: new Map(await Promise.all(assets)),
    };
  } catch (error) {
    throw new StartFailure("the web app is missing: `npm run build` makes it", 1, error);
  }
}

async function readWebFile(file: URL): Promise<WebFile> {
  const [bytes, br, gzip] = await Promise.all([
    readFile(file),
    readIfThere(new URL(`${file.href}.br`)),
    readIfThere(new URL(`${file.href}.gz`)),
  ]);
  return {
    contentType: CONTENT_TYPES[extname(file.pathname)] ?? "application/octet-stream",
    bytes: Uint8Array.from(bytes),
    encoded: { ...(br === null ? {} : { br }), ...(gzip === null ? {} : { gzip }) },
  };
}

async function readIfThere(file: URL): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return Uint8Array.from(await readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
