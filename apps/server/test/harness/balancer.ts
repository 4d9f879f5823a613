import {
  createServer,
  type IncomingMessage,
  type RequestOptions,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";

const CHECK_EVERY_MS = 250;
/** Longer than a ready replica takes on a busy machine. */
const CHECK_GIVES_UP_MS = 1_000;

interface Target {
  readonly port: number;
  up: boolean;
}

/** What became of a request that was handed on. */
type Outcome = "answered" | "not sent" | "lost";

/**
 * Stands before replicas as Caddy or nginx would: sends each request to the next one that is ready, and to another where no
 * connection came about or, for GET and HEAD, no answer. Where none is ready it tries them all the same.
 */
export class Balancer {
  readonly host = "127.0.0.1";
  readonly port: number;
  readonly publicUrl: string;
  readonly #server: Server;
  readonly #targets: readonly Target[];
  readonly #sockets = new Set<Socket>();
  readonly #sentTo = new Map<string, number>();
  readonly #answeredBy = new Map<string, number>();
  readonly #checking: NodeJS.Timeout;
  #turn = 0;

  private constructor(server: Server, ports: readonly number[]) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.publicUrl = `http://localhost:${this.port}`;
    this.#targets = ports.map((port) => ({ port, up: true }));
    this.#checking = setInterval(() => void Promise.all(this.#targets.map(check)), CHECK_EVERY_MS);
    server.on("connection", (socket) => this.#keep(socket));
    server.on("request", (incoming, outgoing) => void this.#handOn(incoming, outgoing));
  }

  /** Opens before the replicas at these ports of this machine. */
  static async open(ports: readonly number[]): Promise<Balancer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Balancer(server, ports);
  }

  /** From here on requests of this path go to the replica of this place first. */
  send(path: string, to: number): void {
    this.#sentTo.set(path, to);
  }

  /** The place of the replica that last answered a request of this path. */
  answeredBy(path: string): number | undefined {
    return this.#answeredBy.get(path);
  }

  /** Breaks every connection there is, on both sides. New ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    clearInterval(this.#checking);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
  }

  async #handOn(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    try {
      for await (const piece of incoming) pieces.push(piece as Buffer);
    } catch {
      return;
    }
    const body = Buffer.concat(pieces);
    const mayRepeat = incoming.method === "GET" || incoming.method === "HEAD";
    const path = new URL(incoming.url ?? "/", this.publicUrl).pathname;
    for (const target of this.#inOrder(path)) {
      const outcome = await this.#exchange(target, incoming, body, outgoing);
      if (outcome === "answered") {
        this.#answeredBy.set(path, this.#targets.indexOf(target));
        return;
      }
      target.up = false;
      if (outcome === "lost" && !mayRepeat) break;
    }
    outgoing.writeHead(502).end();
  }

  /** Those that are ready, from the next one's turn on, or from the one that the test asks for; the others last. */
  #inOrder(path: string): readonly Target[] {
    const start = this.#sentTo.get(path) ?? this.#turn++ % this.#targets.length;
    const turned = [...this.#targets.slice(start), ...this.#targets.slice(0, start)];
    return [...turned.filter(({ up }) => up), ...turned.filter(({ up }) => !up)];
  }

  #exchange(
    { port }: Target,
    incoming: IncomingMessage,
    body: Buffer,
    outgoing: ServerResponse,
  ): Promise<Outcome> {
    return new Promise((resolve) => {
      let outcome: Outcome = "not sent";
      const onward = request(
        { ...destination(port), method: incoming.method, path: incoming.url, headers: incoming.headers },
        (answer) => {
          resolve("answered");
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          outgoing.flushHeaders();
          answer.on("error", () => outgoing.destroy());
          answer.pipe(outgoing);
        },
      );
      onward.on("socket", (socket) => {
        this.#keep(socket);
        socket.once("connect", () => {
          outcome = "lost";
        });
      });
      onward.on("error", () => resolve(outcome));
      outgoing.once("close", () => onward.destroy());
      onward.end(body);
    });
  }
}

/** No connection is used twice: one that a replica has just closed would look like a lost answer. */
const destination = (port: number): RequestOptions => ({ host: "127.0.0.1", port, agent: false });

async function check(target: Target): Promise<void> {
  target.up = await new Promise((resolve) => {
    const asking = request({ ...destination(target.port), path: "/readyz" }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asking.setTimeout(CHECK_GIVES_UP_MS, () => asking.destroy());
    asking.on("error", () => resolve(false));
    asking.end();
  });
}
