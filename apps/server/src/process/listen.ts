import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { securityHeaders } from "@curfew/http";
import { getRequestListener } from "@hono/node-server";
import { StartFailure } from "./start-failure.js";
import { answerEarly, refuseBytes } from "./unreadable.js";

/** What the adapter tells of a connection (and Hono has in `c.env`): whose it is. */
export interface Connection {
  readonly incoming: { readonly socket: { readonly remoteAddress?: string | undefined } };
}

export type Fetch = (request: Request, connection: Connection) => Response | Promise<Response>;

export interface Listener {
  readonly port: number;
  /** Takes requests from here on; until then they are told to come again. */
  answerWith(fetch: Fetch): void;
  /** Stops taking connections; resolves once what had begun is answered. Event streams are for others to close. */
  stop(): Promise<void>;
}

/** How long a client may take, in milliseconds. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** Longer than the 60 seconds that load balancers hold a connection, so that they close it first. */
const KEEP_ALIVE_MS = 65_000;
const CHECK_MS = 5_000;
const IDLE_SWEEP_MS = 50;

/**
 * Takes the port.
 *
 * @param where `port` 0 takes any free one; with a public URL of https the answers say to stay with it
 * @throws StartFailure where it can't be had
 */
export async function listen(where: {
  host: string;
  port: number;
  publicUrl: string | null;
}): Promise<Listener> {
  const headers = securityHeaders(where.publicUrl ?? "http://localhost");
  let handle: Fetch = () => answerEarly("unavailable", headers);
  const adapt = getRequestListener((request, connection) => handle(request, connection as Connection), {
    errorHandler: (error) => answerEarly(isUnreadable(error) ? "bad_request" : "internal_error", headers),
  });
  const answers = new WeakMap<Duplex, ServerResponse>();
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_MS,
      // A missing one is answered below, as a problem; HTTP/1.0 may go without, and load balancers' checks do.
      requireHostHeader: false,
    },
    (incoming, outgoing) => {
      if (incoming.httpVersion === "1.0") incoming.headers.host ??= "localhost";
      answers.set(incoming.socket, outgoing);
      void adapt(incoming, outgoing);
    },
  );
  // An expectation that nobody knows can be ignored (RFC 9110 §10.1.1).
  server.on("checkExpectation", (incoming, outgoing) => server.emit("request", incoming, outgoing));
  server.on("clientError", (error: Error, socket: Duplex) => {
    const answer = answers.get(socket);
    if (answer?.headersSent === true && !answer.writableEnded) socket.destroy();
    else void refuseBytes(error, socket, headers);
  });
  await bind(server, where);
  return {
    port: (server.address() as AddressInfo).port,
    answerWith: (fetch) => {
      handle = fetch;
    },
    stop: () => drain(server),
  };
}

/** The adapter could make no request of it: a bad target or host (RFC 9112 §3.2). */
const isUnreadable = (error: unknown): boolean => error instanceof Error && error.name === "RequestError";

async function bind(server: Server, where: { host: string; port: number }): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(where.port, where.host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    throw new StartFailure(whyNotBound(error, where), 1, error);
  }
}

function whyNotBound(error: unknown, { host, port }: { host: string; port: number }): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return `PORT: ${port} on ${host} is taken`;
  if (code === "EACCES") return `PORT: this user may not take ${port} on ${host}`;
  return `HOST: can't listen on ${host}`;
}

async function drain(server: Server): Promise<void> {
  server.prependListener("request", (_request, response: ServerResponse) => {
    response.setHeader("Connection", "close");
  });
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection whose answer was under way turns idle later, and would be kept for a next request.
  const sweeping = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  await closed;
  clearInterval(sweeping);
}
