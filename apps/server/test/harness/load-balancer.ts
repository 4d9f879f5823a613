import {
  createServer,
  type IncomingMessage,
  type RequestOptions,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";

const HEALTH_CHECK_INTERVAL_MS = 250;
/** Longer than a ready replica takes to respond on a busy machine. */
const HEALTH_CHECK_TIMEOUT_MS = 1_000;

interface Target {
  readonly port: number;
  isReady: boolean;
}

/** The outcome of a forwarded request. */
type Outcome = "answered" | "not sent" | "lost";

/**
 * A load balancer that behaves like Caddy or nginx: it forwards each request to the next ready replica, and to another one if the
 * connection fails or, for GET and HEAD, the response is lost. If no replica is ready, it tries all of them.
 */
export class LoadBalancer {
  readonly host = "127.0.0.1";
  readonly port: number;
  readonly publicUrl: string;
  readonly #server: Server;
  readonly #targets: readonly Target[];
  readonly #sockets = new Set<Socket>();
  readonly #pinned = new Map<string, number>();
  readonly #lastAnsweredBy = new Map<string, number>();
  readonly #healthTimer: NodeJS.Timeout;
  #nextTarget = 0;

  private constructor(server: Server, ports: readonly number[]) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.publicUrl = `http://localhost:${this.port}`;
    this.#targets = ports.map((port) => ({ port, isReady: true }));
    this.#healthTimer = setInterval(
      () => void Promise.all(this.#targets.map(checkHealth)),
      HEALTH_CHECK_INTERVAL_MS,
    );
    server.on("connection", (socket) => this.#track(socket));
    server.on(
      "request",
      (clientRequest, clientResponse) => void this.#forward(clientRequest, clientResponse),
    );
  }

  /** Starts a load balancer for the replicas at these local ports. */
  static async open(ports: readonly number[]): Promise<LoadBalancer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new LoadBalancer(server, ports);
  }

  /** Sends requests for this path to the replica with this index first, from now on. */
  pin(path: string, to: number): void {
    this.#pinned.set(path, to);
  }

  /** The index of the replica that last answered a request for this path. */
  lastAnsweredBy(path: string): number | undefined {
    return this.#lastAnsweredBy.get(path);
  }

  /** Closes every current connection on both sides. New ones are accepted. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    clearInterval(this.#healthTimer);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.dropConnections();
    await closed;
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
  }

  async #forward(clientRequest: IncomingMessage, clientResponse: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of clientRequest) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks);
    const isRetryable = clientRequest.method === "GET" || clientRequest.method === "HEAD";
    const path = new URL(clientRequest.url ?? "/", this.publicUrl).pathname;
    for (const target of this.#candidates(path)) {
      const outcome = await this.#exchange(target, clientRequest, body, clientResponse);
      if (outcome === "answered") {
        this.#lastAnsweredBy.set(path, this.#targets.indexOf(target));
        return;
      }
      target.isReady = false;
      if (outcome === "lost" && !isRetryable) break;
    }
    clientResponse.writeHead(502).end();
  }

  /** The ready replicas, starting with the pinned one or else the next in turn, then the others. */
  #candidates(path: string): readonly Target[] {
    const start = this.#pinned.get(path) ?? this.#nextTarget++ % this.#targets.length;
    const rotated = [...this.#targets.slice(start), ...this.#targets.slice(0, start)];
    return [...rotated.filter(({ isReady }) => isReady), ...rotated.filter(({ isReady }) => !isReady)];
  }

  #exchange(
    { port }: Target,
    clientRequest: IncomingMessage,
    body: Buffer,
    clientResponse: ServerResponse,
  ): Promise<Outcome> {
    return new Promise((resolve) => {
      let outcome: Outcome = "not sent";
      const upstreamRequest = request(
        {
          ...upstreamOptions(port),
          method: clientRequest.method,
          path: clientRequest.url,
          headers: clientRequest.headers,
        },
        (response) => {
          resolve("answered");
          clientResponse.writeHead(response.statusCode ?? 502, response.headers);
          clientResponse.flushHeaders();
          response.on("error", () => clientResponse.destroy());
          response.pipe(clientResponse);
        },
      );
      upstreamRequest.on("socket", (socket) => {
        this.#track(socket);
        socket.once("connect", () => {
          outcome = "lost";
        });
      });
      upstreamRequest.on("error", () => resolve(outcome));
      clientResponse.once("close", () => upstreamRequest.destroy());
      upstreamRequest.end(body);
    });
  }
}

/** Without connection reuse: a kept connection that a replica has just closed would look like a lost response. */
const upstreamOptions = (port: number): RequestOptions => ({ host: "127.0.0.1", port, agent: false });

async function checkHealth(target: Target): Promise<void> {
  target.isReady = await new Promise((resolve) => {
    const healthRequest = request({ ...upstreamOptions(target.port), path: "/readyz" }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    healthRequest.setTimeout(HEALTH_CHECK_TIMEOUT_MS, () => healthRequest.destroy());
    healthRequest.on("error", () => resolve(false));
    healthRequest.end();
  });
}
