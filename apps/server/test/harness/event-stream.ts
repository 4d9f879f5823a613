import { type IncomingMessage, request } from "node:http";
import { recordCall } from "./call-record.js";
import { until } from "./until.js";
import type { Visitor } from "./visitor.js";

export interface StreamEvent {
  readonly type: string;
  /** The text of `data:`, as it was sent. */
  readonly data: string;
  /** When it was received, in milliseconds since the Unix epoch. */
  readonly receivedAt: number;
}

/** A stream of server-sent events, as one client reads it. */
export class EventStream {
  readonly events: StreamEvent[] = [];
  readonly comments: string[] = [];
  readonly incoming: IncomingMessage;
  closed = false;
  #rest = "";

  private constructor(incoming: IncomingMessage) {
    this.incoming = incoming;
    incoming.setEncoding("utf8");
    incoming.on("data", (text: string) => this.#take(text));
    incoming.on("close", () => {
      this.closed = true;
    });
    incoming.on("error", () => {
      this.closed = true;
    });
  }

  /** Opens `GET /api/auth/events` with the visitor's access token. */
  static open(visitor: Visitor): Promise<EventStream> {
    const { host, port } = visitor.service;
    const headers = {
      accept: "text/event-stream",
      authorization: `Bearer ${visitor.signedIn.access_token}`,
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { host, port, path: "/api/auth/events", headers, agent: false },
        (incoming) => {
          recordCall("GET", "/api/auth/events", incoming.statusCode ?? 0, undefined);
          resolve(new EventStream(incoming));
        },
      );
      outgoing.on("error", reject);
      outgoing.end();
    });
  }

  /** Waits for the first event of a type that has come or comes. */
  next(type: string, timeoutMs = 5_000): Promise<StreamEvent> {
    return until(`the event ${type}`, () => this.events.find((event) => event.type === type), timeoutMs);
  }

  async untilClosed(timeoutMs = 5_000): Promise<void> {
    await until("the stream to close", () => this.closed, timeoutMs);
  }

  close(): void {
    this.incoming.destroy();
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const lines = block.split("\n").filter((line) => line !== "");
      this.comments.push(...lines.filter((line) => line.startsWith(":")));
      const field = (name: string): string[] =>
        lines
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trimStart());
      const [type] = field("event");
      if (type !== undefined)
        this.events.push({ type, data: field("data").join("\n"), receivedAt: Date.now() });
    }
  }
}
