import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { answerProblem, HttpProblem, type ProblemCode } from "@curfew/http";

type Headers = Readonly<Record<string, string>>;

/** A problem that is answered before there is a request that the pipeline could see. */
export function answerEarly(code: ProblemCode, headers: Headers): Response {
  const context = {
    headers: { "Cache-Control": "no-store", ...headers },
    bearerGiven: false,
    nonce: () => "",
  };
  return answerProblem(new HttpProblem(code), context);
}

/** What Node's parser gives up on, other than a 400. */
const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * Answers bytes that are no request (RFC 9112 §2.2), and ends the connection: who speaks no HTTP can't be answered twice.
 */
export async function refuseBytes(error: Error, socket: Duplex, headers: Headers): Promise<void> {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const status = ("code" in error && STATUSES[String(error.code)]) || 400;
  const problem = answerEarly("bad_request", headers);
  const body = status === problem.status ? await problem.text() : "";
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...[...problem.headers]
      .filter(([name]) => body !== "" || name !== "content-type")
      .map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
