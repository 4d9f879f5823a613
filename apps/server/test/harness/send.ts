import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";
import { recordCall } from "./call-record.js";
import { conventionFaults } from "./conventions.js";

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Buffer;
  /** Without `Content-Length`, in two pieces. */
  readonly chunked?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** As it came over the wire: still compressed, where it was. */
  readonly bytes: Buffer;
  /** Each `Set-Cookie` line. */
  readonly setCookies: readonly string[];
  /** The body, read as JSON. */
  as<T>(): T;
}

/** Sends one request over the wire, and fails where the answer breaks what the contract asks of all of them. */
export async function send(to: { host: string; port: number }, call: Call): Promise<Answer> {
  const method = call.method ?? "GET";
  const answer = await exchange(to, method, call);
  const isProblem = /problem\+json/.test(String(answer.headers["content-type"])) && answer.text !== "";
  recordCall(method, call.path, answer.status, isProblem ? answer.as<{ code: string }>().code : undefined);
  const faults = conventionFaults(method, call.path, answer);
  if (faults.length > 0)
    throw new Error(
      `${method} ${call.path} ${answer.status} breaks the conventions: ${faults.join("; ")}\n${answer.text}`,
    );
  return answer;
}

function exchange(to: { host: string; port: number }, method: string, call: Call): Promise<Answer> {
  const body = call.json === undefined ? call.raw : JSON.stringify(call.json);
  const headers: OutgoingHttpHeaders = { ...call.headers } as OutgoingHttpHeaders;
  if (call.json !== undefined && headers["content-type"] === undefined)
    headers["content-type"] = "application/json";
  if (body !== undefined && call.chunked !== true)
    headers["content-length"] = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: to.host, port: to.port, method, path: call.path, headers, agent },
      (incoming) => {
        const pieces: Buffer[] = [];
        incoming.on("data", (piece: Buffer) => pieces.push(piece));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const bytes = Buffer.concat(pieces);
          const text = bytes.toString("utf8");
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text,
            bytes,
            setCookies: incoming.headers["set-cookie"] ?? [],
            as: <T>() => JSON.parse(text) as T,
          });
        });
      },
    );
    outgoing.on("error", reject);
    if (body !== undefined && call.chunked === true) {
      const bytes = Buffer.from(body);
      outgoing.write(bytes.subarray(0, bytes.length >> 1));
      outgoing.end(bytes.subarray(bytes.length >> 1));
    } else outgoing.end(body);
  });
}
