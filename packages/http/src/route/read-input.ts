import type { Call } from "../call.js";
import { HttpProblem, isHttpProblem } from "../problem/http-problem.js";

const BODY_LIMIT_BYTES = 64 * 1024;

const JSON_TYPE = /^\s*application\/json\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i;

/**
 * Reads a JSON body (RFC 8259) that holds an object; an empty body counts as `{}`.
 *
 * @throws `too_large`, `unsupported_media_type`, `bad_request`, checked in this order
 */
export async function readBody(c: Call): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readBytes(c);
  if (bytes.byteLength === 0) return {};
  if (!isJson(c)) throw new HttpProblem("unsupported_media_type");
  const value = parse(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new HttpProblem("bad_request", { detail: "The body must be a JSON object." });
  return value as Record<string, unknown>;
}

function isJson(c: Call): boolean {
  const type = c.req.header("content-type") ?? "";
  const charset = CHARSET.exec(type)?.[1] ?? "utf-8";
  const encoding = c.req.header("content-encoding") ?? "identity";
  return JSON_TYPE.test(type) && /^utf-?8$/i.test(charset) && encoding.toLowerCase() === "identity";
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new HttpProblem("bad_request", { detail: "The body is not valid JSON in UTF-8.", cause });
  }
}

async function readBytes(c: Call): Promise<Uint8Array> {
  const declaredLength = c.req.header("content-length");
  if (declaredLength !== undefined && Number(declaredLength) > BODY_LIMIT_BYTES)
    throw new HttpProblem("too_large");
  try {
    return declaredLength === undefined ? await readStream(c) : await readWhole(c);
  } catch (error) {
    if (isHttpProblem(error)) throw error;
    throw new HttpProblem("bad_request", { detail: "The body could not be read.", cause: error });
  }
}

/** Much cheaper than `readStream`, and safe with a declared length, which Node's parser enforces. */
async function readWhole(c: Call): Promise<Uint8Array> {
  const bytes = new Uint8Array(await c.req.raw.arrayBuffer());
  if (bytes.byteLength > BODY_LIMIT_BYTES) throw new HttpProblem("too_large");
  return bytes;
}

async function readStream(c: Call): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > BODY_LIMIT_BYTES) throw new HttpProblem("too_large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads the query parameters that a schema of this shape has. A repeated parameter becomes an array, which no schema accepts. */
export function readQuery(c: Call, shape: object): Readonly<Record<string, unknown>> {
  const params = new URL(c.req.url).searchParams;
  const valuesByName = Object.keys(shape).map((name) => [name, params.getAll(name)] as const);
  return Object.fromEntries(
    valuesByName
      .filter(([, values]) => values.length > 0)
      .map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}
