import type { Readable } from "node:stream";

/** Node's request, also as a framework extends it. */
export interface NodeRequest extends Readable {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The path before a framework cut off where it mounted a router. */
  readonly originalUrl?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What a body parser has read. */
  readonly body?: unknown;
}

/** Node's response. */
export interface NodeResponse {
  statusCode: number;
  readonly destroyed: boolean;
  setHeader(name: string, value: string | string[]): unknown;
  /** The types of Node's HTTP/2 lack it. */
  flushHeaders?(): void;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  once(event: "drain" | "close", listener: () => void): unknown;
  off(event: "drain" | "close", listener: () => void): unknown;
  /** Middleware that compresses has it. */
  flush?(): void;
}
