import { createServer, type Socket } from "node:net";
import pg from "pg";
import { Frames, message } from "./wire-frames.js";

/** What a pooler of this kind keeps for its clients; any other parameter of a start is refused. */
const KNOWN_PARAMETERS: ReadonlySet<string> = new Set([
  "user",
  "database",
  "client_encoding",
  "application_name",
]);
const PROTOCOL_HEADER_BYTES = 8;

/**
 * Pools connections as PgBouncer 1.18 does in transaction mode: each transaction is handed the connection that was not
 * used for longest, and what one leaves with its connection, such as a prepared statement, is not there for the next.
 */
export class TransactionPooler {
  readonly url: string;
  readonly #target: string;
  readonly #idle: Socket[] = [];
  readonly #waiting: ((server: Socket) => void)[] = [];
  #free: number;
  #handedOut = 0;

  private constructor(target: string, url: string, size: number) {
    this.#target = target;
    this.url = url;
    this.#free = size;
  }

  /** Opens before the database at `target`, with so many connections to it at most; it keeps no process alive. */
  static async before(target: string, size: number): Promise<TransactionPooler> {
    const server = createServer((client) => pooler.#serve(client));
    server.unref();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const url = new URL(target);
    url.host = `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    const pooler = new TransactionPooler(target, url.href, size);
    return pooler;
  }

  /** How many transactions were handed a connection. */
  get handedOut(): number {
    return this.#handedOut;
  }

  #serve(client: Socket): void {
    let assigned: Socket | null = null;
    /** What was said since, until there is somebody to say it to. */
    const held: Buffer[] = [];

    const acquire = async (): Promise<void> => {
      const server = await this.#take();
      assigned = server;
      const frames = new Frames();
      server.on("data", (chunk: Buffer) => {
        client.write(chunk);
        for (const { type, body } of frames.feed(chunk))
          if (type === "Z" && body.toString() === "I") {
            assigned = null;
            this.#giveBack(server);
          }
      });
      for (const said of held.splice(0)) server.write(said);
    };
    const frames = new Frames();
    const speak = (chunk: Buffer): void => {
      for (const { type, whole } of frames.feed(chunk)) {
        if (type === "X") client.destroy();
        else if (assigned !== null) assigned.write(whole);
        else if (held.push(whole) === 1) acquire().catch(() => client.destroy());
      }
    };
    client.once("data", (start: Buffer) => {
      const refused = parametersOf(start).find((name) => !KNOWN_PARAMETERS.has(name));
      if (refused !== undefined) {
        const told = `SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: ${refused}\0\0`;
        client.end(message("E", Buffer.from(told)));
        return;
      }
      client.on("data", speak);
      client.write(message("R", Buffer.alloc(4)));
      client.write(message("Z", Buffer.from("I")));
    });
    client.on("error", () => {});
    client.on("close", () => {
      if (assigned === null) return;
      // Nobody knows what it was in the middle of.
      assigned.destroy();
      this.#free += 1;
    });
  }

  async #take(): Promise<Socket> {
    this.#handedOut += 1;
    const idle = this.#idle.shift();
    if (idle !== undefined) return idle;
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#free -= 1;
    return authenticated(this.#target);
  }

  #giveBack(server: Socket): void {
    server.removeAllListeners("data");
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(server);
    else next(server);
  }
}

/** A connection that has signed in, with nobody listening to it: `pg` knows how to sign in. */
async function authenticated(url: string): Promise<Socket> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners("data");
  stream.unref();
  return stream;
}

/** The names of the parameters in the first message of a connection. */
function parametersOf(start: Buffer): readonly string[] {
  return start
    .toString("utf8", PROTOCOL_HEADER_BYTES)
    .split("\0")
    .filter((text, nth) => nth % 2 === 0 && text !== "");
}
