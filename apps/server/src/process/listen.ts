import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { answerProblem, HttpProblem, type ProblemCode, securityHeaders } from "@curfew/http";
import { getRequestListener } from "@hono/node-server";
import { createDrain, type DrainTimes } from "./drain.js";
import { oneAtATime } from "./one-at-a-time.js";
import { StartFailure } from "./start-failure.js";

/** The connection of a request, as the adapter passes it and Hono exposes it in `c.env`. */
export interface Connection {
  readonly incoming: { readonly socket: { readonly remoteAddress?: string | undefined } };
}

export type Fetch = (request: Request, connection: Connection) => Response | Promise<Response>;

export interface Listener {
  readonly port: number;
  /** Handles requests with `fetch` from now on. Until then they get 503. */
  answerWith(fetch: Fetch): void;
  /**
   * Stops accepting connections; resolves once all requests are answered, and those that were on their way.
   *
   * @param closeStreams called once new connections are refused, so that a client that reopens its event stream at once goes to
   *   another replica. Without it, open streams hold up the stop
   */
  stop(closeStreams?: () => void, onCut?: (answers: number) => void): Promise<void>;
  /** Closes every connection at once, and resets those of unfinished answers. */
  cut(): void;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the 60 seconds for which load balancers keep idle connections, so that they close them first. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const TIMEOUT_CHECK_INTERVAL_MS = 5_000;

interface ListenAddress {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
}

/**
 * Listens for HTTP requests.
 *
 * @param options.publicUrl an `https` URL adds `Strict-Transport-Security` to the answers
 * @param options.drainTimes of a stop; the defaults are a second for idle connections, and seven for all
 * @throws StartFailure if the port can't be bound
 */
export async function listen(
  options: ListenAddress & {
    readonly publicUrl: string | null;
    readonly hstsSubdomains?: boolean;
    readonly drainTimes?: DrainTimes;
  },
): Promise<Listener> {
  const headers = securityHeaders(options.publicUrl ?? "http://localhost", options);
  let handle: Fetch = () => answerWithProblem("unavailable", headers);
  const adapt = getRequestListener(
    (request, connection) =>
      hasTwoHosts(connection.incoming)
        ? answerWithProblem("bad_request", headers)
        : handle(request, connection as Connection),
    {
      errorHandler: (error) =>
        answerWithProblem(isRequestError(error) ? "bad_request" : "internal_error", headers),
    },
  );
  const answers = new WeakMap<Duplex, ServerResponse>();
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS,
      // The adapter answers a missing host with a problem. HTTP/1.0 requests, such as load balancers' checks, need no host.
      requireHostHeader: false,
    },
    oneAtATime((incoming, outgoing) => {
      if (incoming.httpVersion === "1.0") incoming.headers.host ??= "localhost";
      answers.set(incoming.socket, outgoing);
      drain.track(outgoing);
      void adapt(incoming, outgoing);
    }),
  );
  const drain = createDrain(server, options.drainTimes);
  // A server may ignore an unknown expectation (RFC 9110 §10.1.1).
  server.on("checkExpectation", (incoming, outgoing) => server.emit("request", incoming, outgoing));
  server.on("clientError", (error: Error, socket: Duplex) => {
    const answer = answers.get(socket);
    if (answer?.headersSent === true && !answer.writableEnded) socket.destroy();
    else void answerUnparsable(error, socket, headers);
  });
  // Node would close the connection without an answer. This is no proxy, and has no such target (RFC 9110 §9.3.6).
  server.on("connect", (_request, socket: Duplex) => {
    socket.on("error", () => socket.destroy());
    void answerUnparsable(null, socket, headers);
  });
  await bind(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    answerWith: (fetch) => {
      handle = fetch;
    },
    stop: drain.run,
    cut: drain.cut,
  };
}

/** The adapter could not build a request, because of an invalid target or host (RFC 9112 §3.2). */
const isRequestError = (error: unknown): boolean => error instanceof Error && error.name === "RequestError";

async function bind(server: Server, address: ListenAddress): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(address.port, address.host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    throw new StartFailure(bindFailureMessage(error, address), 1, error);
  }
}

function bindFailureMessage(error: unknown, { host, port }: ListenAddress): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return `PORT: ${port} on ${host} is already in use`;
  if (code === "EACCES") return `PORT: no permission to listen on port ${port} of ${host}`;
  return `HOST: can't listen on ${host}`;
}

/** RFC 9112 §3.2. Node keeps the first of two, and a proxy may have gone by the second. */
function hasTwoHosts({ rawHeaders }: Pick<IncomingMessage, "rawHeaders">): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  return hosts > 1;
}

type Headers = Readonly<Record<string, string>>;

/** Answers with a problem where there is no request that the route pipeline could handle. */
export function answerWithProblem(code: ProblemCode, headers: Headers): Response {
  const context = {
    headers: { "Cache-Control": "no-store", ...headers },
    bearerGiven: false,
    nonce: () => "",
  };
  return answerProblem(new HttpProblem(code), context);
}

/** The parser's errors other than a 400 `bad_request`. */
const PARSER_ERRORS: Readonly<Record<string, readonly [status: number, code: ProblemCode]>> = {
  HPE_HEADER_OVERFLOW: [431, "too_large"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "too_large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "bad_request"],
};

/** Answers what is no request for a server: bytes that Node can't parse (RFC 9112 §2.2), or `CONNECT`; and closes the connection. */
async function answerUnparsable(error: Error | null, socket: Duplex, headers: Headers): Promise<void> {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code] = (error !== null && "code" in error && PARSER_ERRORS[String(error.code)]) || [
    400,
    "bad_request",
  ];
  const problem = answerWithProblem(code, headers);
  const phrase = STATUS_CODES[status];
  const text = await problem.text();
  const body =
    status === problem.status
      ? text
      : JSON.stringify({ ...JSON.parse(text), title: phrase, status, detail: phrase });
  const lines = [
    `HTTP/1.1 ${status} ${phrase}`,
    ...[...problem.headers].map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
