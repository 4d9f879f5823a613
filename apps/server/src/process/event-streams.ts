import type { ServerResponse } from "node:http";

/** The answers that would never end by themselves. */
export interface EventStreams {
  /** Keeps an eye on an answer that is about to be sent over `outgoing`. */
  watch(answer: Response, outgoing: ServerResponse): void;
  count(): number;
  /** Ends every open stream, as if its client had had enough. */
  close(): void;
}

/** Keeps an eye on the event streams that are open (WHATWG HTML §9.2). */
export function createEventStreams(): EventStreams {
  const open = new Set<ServerResponse>();
  return {
    watch(answer, outgoing) {
      if (!answer.headers.get("content-type")?.startsWith("text/event-stream")) return;
      open.add(outgoing);
      outgoing.once("close", () => open.delete(outgoing));
    },
    count: () => open.size,
    close() {
      for (const outgoing of open) outgoing.end();
    },
  };
}
