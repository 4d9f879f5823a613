import type { Scheduler } from "@curfew/core";

const KEEP_ALIVE_MS = 15_000;

/** With more unread frames the client counts as gone: the stream fails, and the client reconnects. */
const UNREAD_FRAMES_MAX = 64;

/** A stream of server-sent events (WHATWG HTML §9.2) to one client. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Sends one event with `data` as one line of JSON; does nothing once the stream has ended. */
  send(type: string, data: unknown): void;
  close(): void;
}

/**
 * Opens a stream that sends a comment every 15 s.
 *
 * @param onEnd called once: after `close`, after the client has disconnected, or after too many unread frames
 */
export function openEventStream(scheduler: Scheduler, onEnd: () => void): EventStream {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let keepAlive: { cancel(): void } | null = null;

  const end = (): ReadableStreamDefaultController<Uint8Array> | null => {
    const ended = controller;
    controller = null;
    keepAlive?.cancel();
    if (ended !== null) onEnd();
    return ended;
  };
  const write = (frame: string): void => {
    if (controller === null) return;
    if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(frame));
    else end()?.error(new DOMException("the client does not read its events", "AbortError"));
  };
  const scheduleKeepAlive = (): void => {
    keepAlive = scheduler.after(KEEP_ALIVE_MS, () => {
      write(": here\n\n");
      if (controller !== null) scheduleKeepAlive();
    });
  };

  const body = new ReadableStream<Uint8Array>(
    {
      start(started) {
        controller = started;
        scheduleKeepAlive();
      },
      cancel: () => void end(),
    },
    new CountQueuingStrategy({ highWaterMark: UNREAD_FRAMES_MAX }),
  );
  return {
    body,
    send: (type, data) => write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`),
    close: () => end()?.close(),
  };
}

/** The server's open event streams. Close them on shutdown, which would otherwise wait for the clients. */
export interface OpenStreams {
  readonly size: number;
  /** Whether the server is stopping, so that no stream may begin. */
  readonly isRefusing: boolean;
  /** Registers the function that closes a stream, and returns the function that removes it again. */
  add(close: () => void): () => void;
  /** Lets no more streams begin: the server is about to stop. */
  refuseNew(): void;
  /** Closes the streams, and lets no more begin. */
  closeAll(): void;
}

export function createOpenStreams(): OpenStreams {
  const closers = new Set<() => void>();
  let isRefusing = false;
  return {
    get size() {
      return closers.size;
    },
    get isRefusing() {
      return isRefusing;
    },
    refuseNew() {
      isRefusing = true;
    },
    add(close) {
      closers.add(close);
      return () => void closers.delete(close);
    },
    closeAll() {
      isRefusing = true;
      for (const close of [...closers]) close();
    },
  };
}
