import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { StartFailure } from "./start-failure.js";

/** Answers a request; what the adapter knows of the connection comes beside it. */
export type Fetch = (request: Request, connection: object) => Response | Promise<Response>;

export interface Listener {
  readonly port: number;
  /** Takes requests from here on. */
  answerWith(fetch: Fetch): void;
  /**
   * Stops taking connections, and resolves once every request that had begun is answered.
   *
   * @param closeStreams ends what would never end by itself
   */
  stop(closeStreams: () => void): Promise<void>;
}

/** How long a client may take, in milliseconds. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** Longer than the 60 seconds that load balancers hold a connection, so that they close it first. */
const KEEP_ALIVE_MS = 65_000;
const CHECK_MS = 5_000;

/**
 * Takes the port. What arrives before `answerWith` waits in the kernel's queue or is told 503.
 *
 * @param where `port` 0 takes any free one
 * @throws StartFailure where it can't be had
 */
export async function listen(where: { host: string; port: number }): Promise<Listener> {
  let handle: Fetch = () => new Response(null, { status: 503, headers: { "Retry-After": "1" } });
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_MS,
    },
    getRequestListener((request, connection) => handle(request, connection), {
      errorHandler: refuseUnreadable,
      hostname: "localhost",
    }),
  );
  await bind(server, where);
  return {
    port: (server.address() as AddressInfo).port,
    answerWith: (fetch) => {
      handle = fetch;
    },
    stop: (closeStreams) => drain(server, closeStreams),
  };
}

/** The adapter could make no request of what came (RFC 9112 §3.2: a bad target or host), or the app itself threw. */
function refuseUnreadable(error: unknown): Response {
  const unreadable = error instanceof Error && error.name === "RequestError";
  const headers = { "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer" };
  return new Response(null, { status: unreadable ? 400 : 500, headers });
}

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
  if (code === "EADDRINUSE") return `port ${port} on ${host} is taken (PORT)`;
  if (code === "EACCES") return `port ${port} on ${host} is not ours to take (PORT)`;
  return `cannot listen on ${host} (HOST)`;
}

async function drain(server: Server, closeStreams: () => void): Promise<void> {
  const closeConnection = (response: ServerResponse): void => {
    if (!response.headersSent) response.setHeader("Connection", "close");
  };
  server.prependListener("request", (_request, response: ServerResponse) => closeConnection(response));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  closeStreams();
  // A connection whose answer was under way turns idle later, and would be kept for the next request.
  const sweepIdle = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(sweepIdle);
}
