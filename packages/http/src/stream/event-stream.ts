import type { Scheduler } from "@curfew/core";

/** How often a comment says that the stream is there. */
const KEEP_ALIVE_MS = 15_000;

/** A client that leaves more frames than this unread is gone or stuck, and comes back by itself. */
const MOST_UNREAD = 64;

/** Server-sent events (WHATWG HTML §9.2) to one client. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Sends one event; `data` becomes one line of JSON. After the end it does nothing. */
  send(type: string, data: unknown): void;
  close(): void;
}

/**
 * Opens a stream, with a comment every 15 s.
 *
 * @param onEnd called once, whoever ended it: we, the client, or a queue that nobody reads
 */
export function openEventStream(scheduler: Scheduler, onEnd: () => void): EventStream {
  const encoder = new TextEncoder();
  let target: ReadableStreamDefaultController<Uint8Array> | null = null;
  let keepAlive: { cancel(): void } | null = null;

  const end = (): ReadableStreamDefaultController<Uint8Array> | null => {
    const ended = target;
    target = null;
    keepAlive?.cancel();
    if (ended !== null) onEnd();
    return ended;
  };
  const write = (frame: string): void => {
    if (target === null) return;
    if ((target.desiredSize ?? 0) > 0) target.enqueue(encoder.encode(frame));
    else end()?.error(new Error("the client does not read its events"));
  };
  const breathe = (): void => {
    keepAlive = scheduler.after(KEEP_ALIVE_MS, () => {
      write(": here\n\n");
      if (target !== null) breathe();
    });
  };

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        target = controller;
        breathe();
      },
      cancel: () => void end(),
    },
    new CountQueuingStrategy({ highWaterMark: MOST_UNREAD }),
  );
  return {
    body,
    send: (type, data) => write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`),
    close: () => end()?.close(),
  };
}
