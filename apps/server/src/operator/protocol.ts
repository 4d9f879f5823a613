import { join, relative, resolve } from "node:path";

// A command sends one line of JSON to the running service and gets one back.

export interface ControlRequest {
  readonly command: string;
  readonly args: readonly string[];
}

export type ControlAnswer =
  | { readonly ok: true; readonly text: string }
  /** `message` is one line for the operator. */
  | { readonly ok: false; readonly message: string };

/** What the running service does for each command. The signal is aborted once nobody waits for the answer. */
export type ControlCommands = Readonly<
  Record<string, (args: readonly string[], signal: AbortSignal) => Promise<ControlAnswer>>
>;

/** What every system takes as the path of a socket; Linux takes 107 bytes, macOS 103. */
const MAX_PATH_BYTES = 103;

/**
 * The path of the socket in a data directory.
 *
 * @throws if it is too long for a socket
 */
export function socketPath(directory: string): string {
  const absolute = join(resolve(directory), "curfew.sock");
  const fromHere = relative(process.cwd(), absolute);
  const path = fromHere.length < absolute.length ? fromHere : absolute;
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw new Error("the path of the socket is too long");
  return path;
}

/** Parses the line of a request; null if it is none. */
export function parseRequest(line: string): ControlRequest | null {
  const value = parseJson(line);
  if (value === null || !("command" in value) || !("args" in value)) return null;
  const { command, args } = value;
  return typeof command === "string" && Array.isArray(args) && args.every((item) => typeof item === "string")
    ? { command, args }
    : null;
}

/** Parses the line of an answer; null if it is none. */
export function parseAnswer(line: string): ControlAnswer | null {
  const value = parseJson(line);
  if (value === null || !("ok" in value)) return null;
  if (value.ok === true && "text" in value && typeof value.text === "string")
    return { ok: true, text: value.text };
  return "message" in value && typeof value.message === "string"
    ? { ok: false, message: value.message }
    : null;
}

function parseJson(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
