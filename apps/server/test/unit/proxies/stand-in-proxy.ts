import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { createGzip } from "node:zlib";
import { onTestFinished } from "vitest";
import { HOST } from "../process/open-listener.js";

/**
 * Starts a proxy in front of a service until the test finishes. Like nginx by default it speaks HTTP/1.0 to the service, whose
 * answers then end with their connection, and HTTP/1.1 to clients.
 *
 * @param rewriteTag how it rewrites the `ETag` of what it compresses; without it, it compresses nothing
 * @returns its port
 */
export async function startStandIn(
  servicePort: number,
  rewriteTag?: (tag: string) => string,
): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    const upstream = connect({ port: servicePort, host: HOST, allowHalfOpen: true });
    sockets.add(upstream);
    upstream.once("close", () => sockets.delete(upstream));
    outgoing.once("close", () => upstream.destroy());
    void forward(incoming, upstream).then((answer) => answerWith(answer, incoming, outgoing, rewriteTag));
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  onTestFinished(() => stop(server, sockets));
  return (server.address() as AddressInfo).port;
}

interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Socket;
}

/** Sends the request as HTTP/1.0, and resolves with the head of the answer; the rest of the socket is the body. */
async function forward(incoming: IncomingMessage, upstream: Socket): Promise<UpstreamAnswer> {
  const body: Buffer[] = [];
  for await (const piece of incoming) body.push(piece as Buffer);
  const { connection: _, "transfer-encoding": __, ...headers } = incoming.headers;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  upstream.write(`${incoming.method} ${incoming.url} HTTP/1.0\r\n${lines.join("")}\r\n`);
  upstream.write(Buffer.concat(body));
  return new Promise((resolve, reject) => {
    let read = Buffer.alloc(0);
    upstream.once("error", reject);
    upstream.on("data", function onData(piece: Buffer) {
      read = Buffer.concat([read, piece]);
      const end = read.indexOf("\r\n\r\n");
      if (end < 0) return;
      upstream.pause().off("data", onData).off("error", reject);
      upstream.unshift(read.subarray(end + 4));
      resolve({ ...parseHead(read.subarray(0, end).toString("latin1")), body: upstream });
    });
  });
}

function parseHead(text: string): Pick<UpstreamAnswer, "status" | "headers"> {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const fields = lines.map((line) => /^([^:]+): ?(.*)$/.exec(line) ?? ["", "", ""]);
  const headers = Object.fromEntries(fields.map(([, name = "", value = ""]) => [name.toLowerCase(), value]));
  return { status: Number(statusLine.split(" ")[1]), headers };
}

function answerWith(
  { status, headers, body }: UpstreamAnswer,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  rewriteTag: ((tag: string) => string) | undefined,
): void {
  const { connection: _, "keep-alive": __, "content-length": ___, ...kept } = headers;
  const { etag } = kept;
  const compresses =
    rewriteTag !== undefined && /\bgzip\b/.test(String(incoming.headers["accept-encoding"] ?? ""));
  outgoing.writeHead(status, {
    ...kept,
    ...(compresses ? { "content-encoding": "gzip" } : {}),
    ...(compresses && etag !== undefined ? { etag: rewriteTag(etag) } : {}),
  });
  const compressed = compresses ? createGzip() : null;
  compressed?.pipe(outgoing);
  const into = compressed ?? outgoing;
  body.pipe(into, { end: false });
  // As nginx does: what the service reset, it cuts too. Node takes some resets for an end, but can't write after one.
  body.once("error", () => outgoing.destroy());
  body.once("end", () => body.write("\n", (error) => (error ? outgoing.destroy() : into.end())));
}

async function stop(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
