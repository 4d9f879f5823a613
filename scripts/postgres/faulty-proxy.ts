import { connect, createServer, type Server, type Socket } from "node:net";

/** Stands between a pool and a PostgreSQL, and fails in whichever way it is told. For the tests of whatever has a database. */
export class FaultyProxy {
  readonly url: string;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [client: Socket, server: Socket]>();
  #swallows = false;
  #delayMs = 0;
  #losing: "commit" | "anything" | null = null;
  #lost = 0;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** Opens before the server at `url`, which need not be there yet. */
  static async before(url: string): Promise<FaultyProxy> {
    const { hostname, port } = new URL(url);
    // Half open, since a network that swallows everything swallows a goodbye as well.
    const server = createServer({ allowHalfOpen: true }, (client) =>
      proxy.#join(client, connect({ port: Number(port), host: hostname, allowHalfOpen: true })),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const own = new URL(url);
    own.host = `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    const proxy = new FaultyProxy(server, own.href);
    return proxy;
  }

  /** How many connections there are. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** How many answers were lost. */
  get lost(): number {
    return this.#lost;
  }

  /** Breaks every connection there is. New ones are let through. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** From here on takes whatever is said, on old connections and new ones, and answers nothing. */
  swallow(): void {
    this.#swallows = true;
  }

  /** Lets pass again what comes from here on; what was swallowed is lost, and so are its connections. */
  pass(): void {
    this.#swallows = false;
    this.cut();
  }

  /** Takes no connection any more and breaks those there are: nobody is at the address. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  /** Takes connections again, at the same address. */
  open(): Promise<void> {
    return new Promise((resolve) =>
      this.#server.listen(Number(new URL(this.url).port), "127.0.0.1", resolve),
    );
  }

  /** Holds each answer back for so long, in milliseconds; none overtakes another. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Breaks the connection of whoever says something, or commits, next: after it has been done and before it is answered. */
  loseNextAnswer(to: "commit" | "anything"): void {
    this.#losing = to;
  }

  #join(client: Socket, server: Socket): void {
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
    let loses = false;
    let lastDueAt = 0;
    client.on("data", (chunk) => {
      if (this.#swallows) return;
      if (this.#losing === "anything" || (this.#losing === "commit" && commits(chunk))) {
        this.#losing = null;
        loses = true;
      }
      server.write(chunk);
    });
    server.on("data", (chunk) => {
      if (this.#swallows) return;
      if (loses) {
        this.#lost += 1;
        client.destroy();
        return;
      }
      const now = performance.now();
      lastDueAt = Math.max(lastDueAt, now + this.#delayMs);
      if (lastDueAt > now) setTimeout(() => client.write(chunk), lastDueAt - now);
      else client.write(chunk);
    });
  }
}

/** A message of the client begins with its type and its length. */
const HEADER_BYTES = 5;
const QUERY = "Q".charCodeAt(0);

const commits = (said: Buffer): boolean =>
  said[0] === QUERY && said.toString("latin1", HEADER_BYTES).endsWith("COMMIT\0");
