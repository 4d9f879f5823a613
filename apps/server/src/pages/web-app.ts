import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";
import { StartFailure } from "../process/start-failure.js";

/** The encodings of compressed files, the preferred one first (RFC 9110 §8.4.1). */
const ENCODINGS = ["br", "gzip"] as const;
type Encoding = (typeof ENCODINGS)[number];

/** A static file in memory, with the compressed variants that the build made. */
export interface WebFile {
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly encoded: Readonly<Partial<Record<Encoding, Uint8Array<ArrayBuffer>>>>;
}

/** The built web app. */
export interface WebApp {
  readonly index: WebFile;
  /** By name below `/assets/`. A name contains a hash of the content. */
  readonly assets: ReadonlyMap<string, WebFile>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

const COMPRESSED = /\.(br|gz)$/;

/**
 * Reads the built web app into memory, so that no request path reaches the file system.
 *
 * @param directory the output directory of the build, with a trailing slash
 * @throws StartFailure if the web app is not built
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
    throw new StartFailure("the web app is not built: run `npm run build`", 1, error);
  }
}

async function readWebFile(file: URL): Promise<WebFile> {
  const [bytes, br, gzip] = await Promise.all([
    readFile(file),
    readIfPresent(new URL(`${file.href}.br`)),
    readIfPresent(new URL(`${file.href}.gz`)),
  ]);
  return {
    contentType: CONTENT_TYPES[extname(file.pathname)] ?? "application/octet-stream",
    bytes: Uint8Array.from(bytes),
    encoded: { ...(br === null ? {} : { br }), ...(gzip === null ? {} : { gzip }) },
  };
}

async function readIfPresent(file: URL): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return Uint8Array.from(await readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/**
 * Answers with a file, compressed if the client accepts it.
 *
 * @param acceptEncoding the request's `Accept-Encoding`
 * @param headers further headers of the answer
 */
export function answerFile(
  file: WebFile,
  acceptEncoding: string | undefined,
  headers: Readonly<Record<string, string>>,
): Response {
  const encoding = chooseEncoding(
    acceptEncoding,
    ENCODINGS.filter((name) => file.encoded[name] !== undefined),
  );
  const bytes = (encoding === null ? undefined : file.encoded[encoding]) ?? file.bytes;
  return new Response(bytes, {
    headers: {
      ...headers,
      "Content-Type": file.contentType,
      "Content-Length": String(bytes.byteLength),
      Vary: "Accept-Encoding",
      ...(encoding === null ? {} : { "Content-Encoding": encoding }),
    },
  });
}

/**
 * Chooses the available encoding that the client weighs highest (RFC 9110 §12.5.3), or the preferred one of equal weight.
 * Null if the client accepts none or sends no header: the file is then sent uncompressed.
 *
 * @param acceptEncoding the request's `Accept-Encoding`
 * @example chooseEncoding("gzip, br;q=0.5", ["br", "gzip"]) // "gzip"
 */
export function chooseEncoding(
  acceptEncoding: string | undefined,
  available: readonly Encoding[],
): Encoding | null {
  const weights = new Map((acceptEncoding ?? "").split(",").map(parseWeight));
  let best: { readonly encoding: Encoding; readonly weight: number } | null = null;
  for (const encoding of ENCODINGS) {
    const weight = weights.get(encoding) ?? weights.get("*") ?? 0;
    if (weight > (best?.weight ?? 0) && available.includes(encoding)) best = { encoding, weight };
  }
  return best?.encoding ?? null;
}

function parseWeight(item: string): [name: string, weight: number] {
  const [name = "", ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  return [name, weight === undefined ? 1 : Number(weight.slice(2)) || 0];
}
