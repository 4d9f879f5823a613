import type { Context } from "hono";
import { HttpProblem } from "../problem/http-problem.js";

/** The most bytes that a body may have. */
const BODY_LIMIT_BYTES = 64 * 1024;

const JSON_TYPE = /^\s*application\/json\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i;

/**
 * Reads a body of JSON (RFC 8259): an object, and nothing at all is an empty one.
 *
 * Throws `too_large`, `unsupported_media_type`, `bad_request`, in this order.
 */
export async function readBody(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readBytes(c);
  if (bytes.byteLength === 0) return {};
  if (!isJson(c)) throw new HttpProblem("unsupported_media_type");
  const value = parse(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new HttpProblem("bad_request", { detail: "The body must be a JSON object." });
  return value as Record<string, unknown>;
}

function isJson(c: Context): boolean {
  const type = c.req.header("content-type") ?? "";
  const charset = CHARSET.exec(type)?.[1] ?? "utf-8";
  const encoding = c.req.header("content-encoding") ?? "identity";
  return JSON_TYPE.test(type) && /^utf-?8$/i.test(charset) && encoding.toLowerCase() === "identity";
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new HttpProblem("bad_request", { detail: "The body is not JSON in UTF-8.", cause });
  }
}

/** Reads what there is, and no more than may be: what a call claims of its length is only ever believed against it. */
async function readBytes(c: Context): Promise<Uint8Array> {
  const claimed = c.req.header("content-length");
  if (claimed !== undefined && Number(claimed) > BODY_LIMIT_BYTES) throw new HttpProblem("too_large");
  try {
    return claimed === undefined ? await readStream(c) : await readWhole(c);
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw new HttpProblem("bad_request", { detail: "The body could not be read.", cause: error });
  }
}

/** Where a length was given, Node's parser holds the sender to it, and reading at once is far cheaper. */
async function readWhole(c: Context): Promise<Uint8Array> {
  const bytes = new Uint8Array(await c.req.raw.arrayBuffer());
  if (bytes.byteLength > BODY_LIMIT_BYTES) throw new HttpProblem("too_large");
  return bytes;
}

async function readStream(c: Context): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > BODY_LIMIT_BYTES) throw new HttpProblem("too_large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
