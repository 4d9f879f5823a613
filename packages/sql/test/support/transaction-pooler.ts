import { createServer, type Socket } from "node:net";
import pg from "pg";

/** The startup parameters that PgBouncer accepts; it refuses any other. */
const ALLOWED_PARAMETERS: ReadonlySet<string> = new Set([
  "user",
  "database",
  "client_encoding",
  "application_name",
]);
const PROTOCOL_HEADER_BYTES = 8;

/**
 * Pools connections as PgBouncer 1.18 does in transaction mode: each transaction gets the connection that has
 * been idle the longest, so the state of a connection, such as a prepared statement, is missing in the next
 * transaction.
 */
export class TransactionPooler {
  readonly url: string;
  readonly #target: string;
  readonly #idle: Socket[] = [];
  readonly #waiting: ((server: Socket) => void)[] = [];
  #available: number;
  #transactionCount = 0;

  private constructor(target: string, url: string, size: number) {
    this.#target = target;
    this.url = url;
    this.#available = size;
  }

  /**
   * Starts a pooler for the database at `target` with at most `size` connections. It does not keep the
   * process alive.
   */
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

  /** How many transactions have been given a connection. */
  get transactionCount(): number {
    return this.#transactionCount;
  }

  #serve(client: Socket): void {
    let assigned: Socket | null = null;
    /** Messages of the client that wait for a connection. */
    const buffered: Buffer[] = [];

    const assignServer = async (): Promise<void> => {
      const server = await this.#acquire();
      assigned = server;
      const parser = new MessageParser();
      server.on("data", (chunk: Buffer) => {
        client.write(chunk);
        for (const { type, body } of parser.feed(chunk))
          if (type === "Z" && body.toString() === "I") {
            assigned = null;
            this.#release(server);
          }
      });
      for (const bytes of buffered.splice(0)) server.write(bytes);
    };
    const parser = new MessageParser();
    const forward = (chunk: Buffer): void => {
      for (const { type, bytes } of parser.feed(chunk)) {
        if (type === "X") client.destroy();
        else if (assigned !== null) assigned.write(bytes);
        else if (buffered.push(bytes) === 1) assignServer().catch(() => client.destroy());
      }
    };
    client.once("data", (startup: Buffer) => {
      const refused = parametersOf(startup).find((name) => !ALLOWED_PARAMETERS.has(name));
      if (refused !== undefined) {
        const error = `SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: ${refused}\0\0`;
        client.end(encodeMessage("E", Buffer.from(error)));
        return;
      }
      client.on("data", forward);
      client.write(encodeMessage("R", Buffer.alloc(4)));
      client.write(encodeMessage("Z", Buffer.from("I")));
    });
    client.on("error", () => {});
    client.on("close", () => {
      if (assigned === null) return;
      // The connection may be in the middle of a transaction.
      assigned.destroy();
      this.#available += 1;
    });
  }

  async #acquire(): Promise<Socket> {
    this.#transactionCount += 1;
    const idle = this.#idle.shift();
    if (idle !== undefined) return idle;
    if (this.#available === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#available -= 1;
    return connectAuthenticated(this.#target);
  }

  #release(server: Socket): void {
    server.removeAllListeners("data");
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(server);
    else next(server);
  }
}

/** Lets `pg` authenticate, then takes over its socket. */
async function connectAuthenticated(url: string): Promise<Socket> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners("data");
  stream.unref();
  return stream;
}

/** Returns the names of the parameters in a startup message. */
function parametersOf(startup: Buffer): readonly string[] {
  return startup
    .toString("utf8", PROTOCOL_HEADER_BYTES)
    .split("\0")
    .filter((text, nth) => nth % 2 === 0 && text !== "");
}

const TYPE_BYTES = 1;
const LENGTH_BYTES = 4;

/** A message of PostgreSQL's protocol. */
interface Message {
  readonly type: string;
  readonly body: Buffer;
  /** The whole message, with its header. */
  readonly bytes: Buffer;
}

/** Splits a stream into messages. */
class MessageParser {
  #rest: Buffer = Buffer.alloc(0);

  feed(chunk: Buffer): readonly Message[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const messages: Message[] = [];
    while (this.#rest.length >= TYPE_BYTES + LENGTH_BYTES) {
      // The length includes its own bytes.
      const end = TYPE_BYTES + this.#rest.readUInt32BE(TYPE_BYTES);
      if (this.#rest.length < end) break;
      const bytes = this.#rest.subarray(0, end);
      messages.push({
        type: bytes.toString("latin1", 0, TYPE_BYTES),
        body: bytes.subarray(TYPE_BYTES + LENGTH_BYTES),
        bytes,
      });
      this.#rest = this.#rest.subarray(end);
    }
    return messages;
  }
}

function encodeMessage(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(LENGTH_BYTES + body.length);
  return Buffer.concat([Buffer.from(type, "latin1"), length, body]);
}

/** How many connections the tests' pooler has to the server. */
export const SERVER_CONNECTIONS = 4;
const poolers = new Map<string, TransactionPooler>();

/** The pooler before the database at `url`, which is started on first use. */
export async function poolerBefore(url: string): Promise<TransactionPooler> {
  const pooler = poolers.get(url) ?? (await TransactionPooler.before(url, SERVER_CONNECTIONS));
  poolers.set(url, pooler);
  return pooler;
}
