import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { StartFailure } from "./start-failure.js";

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

const SAFE = { "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer" };

/**
 * Takes the port.
 *
 * @param where `port` 0 takes any free one
 * @throws StartFailure where it can't be had
 */
export async function listen(where: { host: string; port: number }): Promise<Listener> {
  let handle: Fetch = () => new Response(null, { status: 503, headers: { ...SAFE, "Retry-After": "1" } });
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_MS,
    },
    getRequestListener((request, connection) => handle(request, connection as Connection), {
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
    stop: () => drain(server),
  };
}

/** The adapter could make no request of what came (RFC 9112 §3.2: a bad target or host), or the app itself threw. */
function refuseUnreadable(error: unknown): Response {
  const isUnreadable = error instanceof Error && error.name === "RequestError";
  return new Response(null, { status: isUnreadable ? 400 : 500, headers: SAFE });
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
