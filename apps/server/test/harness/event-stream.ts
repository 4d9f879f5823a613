import { type IncomingMessage, request } from "node:http";
import type { ApiClient } from "./api-client.js";
import { recordCall } from "./contract-coverage.js";
import { until } from "./until.js";

export interface StreamEvent {
  readonly type: string;
  /** The text after `data:`, unparsed. */
  readonly data: string;
  /** When it was received, in milliseconds since the Unix epoch. */
  readonly receivedAt: number;
}

/** A client's stream of server-sent events. */
export class EventStream {
  readonly events: StreamEvent[] = [];
  readonly comments: string[] = [];
  /** Every line that is not empty. */
  readonly lines: string[] = [];
  readonly response: IncomingMessage;
  closed = false;
  #buffer = "";

  private constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding("utf8");
    response.on("data", (text: string) => this.#parse(text));
    response.on("close", () => {
      this.closed = true;
    });
    response.on("error", () => {
      this.closed = true;
    });
  }

  /** Opens `GET /api/auth/events` with the client's access token. */
  static open(client: ApiClient): Promise<EventStream> {
    const { host, port } = client.service;
    const headers = {
      accept: "text/event-stream",
      authorization: `Bearer ${client.signedIn.access_token}`,
    };
    return new Promise((resolve, reject) => {
      const clientRequest = request(
        { host, port, path: "/api/auth/events", headers, agent: false },
        (response) => {
          recordCall("GET", "/api/auth/events", response.statusCode ?? 0, undefined);
          resolve(new EventStream(response));
        },
      );
      clientRequest.on("error", reject);
      clientRequest.end();
    });
  }

  /** Returns the first event of a type, and waits for it if it has not arrived yet. */
  next(type: string, timeoutMs = 5_000): Promise<StreamEvent> {
    return until(`the event ${type}`, () => this.events.find((event) => event.type === type), timeoutMs);
  }

  async untilClosed(timeoutMs = 5_000): Promise<void> {
    await until("the stream to close", () => this.closed, timeoutMs);
  }

  close(): void {
    this.response.destroy();
  }

  #parse(text: string): void {
    const blocks = (this.#buffer + text).split("\n\n");
    this.#buffer = blocks.pop() ?? "";
    for (const block of blocks) {
      const lines = block.split("\n").filter((line) => line !== "");
      this.lines.push(...lines);
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
