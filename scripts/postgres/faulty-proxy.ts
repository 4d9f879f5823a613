import { connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy between a client and PostgreSQL that injects network faults. For tests. */
export class FaultyProxy {
  readonly url: string;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [client: Socket, server: Socket]>();
  #swallows = false;
  #delayMs = 0;
  #losing: "commit" | "anything" | null = null;
  #lost = 0;
  #roundTrips = 0;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** Opens a proxy in front of the server at `url`, which need not run yet. */
  static async before(url: string): Promise<FaultyProxy> {
    const { hostname, port } = new URL(url);
    // Half open, because a network that drops all packets drops FIN as well.
    const server = createServer({ allowHalfOpen: true }, (client) =>
      proxy.#pipe(client, connect({ port: Number(port), host: hostname, allowHalfOpen: true })),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const proxyUrl = new URL(url);
    proxyUrl.host = `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    const proxy = new FaultyProxy(server, proxyUrl.href);
    return proxy;
  }

  /** Number of open connections. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Number of lost answers. */
  get lost(): number {
    return this.#lost;
  }

  /** How often a client sent something after it had an answer to what it sent before. */
  get roundTrips(): number {
    return this.#roundTrips;
  }

  /** Breaks all open connections. New ones work. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Accepts data on old and new connections from now on, and drops it in both directions. */
  swallow(): void {
    this.#swallows = true;
  }

  /** Ends `swallow()`. Breaks all open connections, since data on them was lost. */
  pass(): void {
    this.#swallows = false;
    this.cut();
  }

  /** Breaks all connections and refuses new ones. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  /** Accepts connections again, at the same address. */
  open(): Promise<void> {
    return new Promise((resolve) =>
      this.#server.listen(Number(new URL(this.url).port), "127.0.0.1", resolve),
    );
  }

  /** Delays each answer by so many milliseconds, in order. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Breaks the connection of the next statement, or the next commit, after PostgreSQL has executed it and before the answer. */
  loseNextAnswer(to: "commit" | "anything"): void {
    this.#losing = to;
  }

  #pipe(client: Socket, server: Socket): void {
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    client.on("end", () => this.#swallows || server.end());
    server.on("end", () => this.#swallows || client.end());
    let losing: "commit" | "anything" | null = null;
    let isAnswered = true;
    let lastDueAt = 0;
    const delayed: Buffer[] = [];
    client.on("data", (chunk) => {
      if (this.#swallows) return;
      if (isAnswered) this.#roundTrips += 1;
      isAnswered = false;
      if (this.#losing === "anything" || (this.#losing === "commit" && commits(chunk))) {
        losing = this.#losing;
        this.#losing = null;
      }
      server.write(chunk);
    });
    server.on("data", (chunk) => {
      if (this.#swallows) return;
      isAnswered = true;
      if (losing !== null) {
        // The commit's answer may come after those of the statements that were sent with it.
        if (losing === "commit" && !isCommitted(chunk)) return;
        this.#lost += 1;
        client.destroy();
        return;
      }
      const now = performance.now();
      lastDueAt = Math.max(lastDueAt, now + this.#delayMs);
      if (delayed.length === 0 && lastDueAt <= now) client.write(chunk);
      else {
        delayed.push(chunk);
        // Node rounds delays down, so the timers of two chunks may fire in the wrong order: each sends the oldest one.
        setTimeout(() => client.write(delayed.shift() ?? ""), lastDueAt - now);
      }
    });
  }
}

const commits = (chunk: Buffer): boolean => chunk.toString("latin1").endsWith("COMMIT\0");

/** The command tag of a commit, or of one that failed. */
const isCommitted = (chunk: Buffer): boolean => chunk.includes("COMMIT\0") || chunk.includes("ROLLBACK\0");
