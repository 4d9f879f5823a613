import type { KeepAlive } from "./keep-alive.js";

/** With more unread frames the client counts as gone: the stream fails, and the client reconnects. */
const UNREAD_FRAMES_MAX = 64;

const GIVEN_WAY_RETRY_MS = 60_000;

/** A stream of server-sent events (WHATWG HTML §9.2) to one client. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Sends one event with `data` as one line of JSON; does nothing once the stream has ended. */
  send(type: string, data: unknown): void;
  close(): void;
  /** Closes for a newer stream of the session, and asks the client to wait a minute before it comes back. */
  giveWay(): void;
}

/**
 * Opens a stream that sends a comment every 15 s.
 *
 * @param onEnd called once: after `close`, after the client has disconnected, or after too many unread frames
 */
export function openEventStream(keepAlive: KeepAlive, onEnd: () => void): EventStream {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let stopKeepAlive = (): void => undefined;

  const end = (): ReadableStreamDefaultController<Uint8Array> | null => {
    const ended = controller;
    controller = null;
    stopKeepAlive();
    if (ended !== null) onEnd();
    return ended;
  };
  const write = (frame: string): void => {
    if (controller === null) return;
    if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(frame));
    else end()?.error(new DOMException("the client does not read its events", "AbortError"));
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(started) {
        controller = started;
        stopKeepAlive = keepAlive.add(() => write(": here\n\n"));
      },
      cancel: () => void end(),
    },
    new CountQueuingStrategy({ highWaterMark: UNREAD_FRAMES_MAX }),
  );
  return {
    body,
    send: (type, data) => write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`),
    close: () => end()?.close(),
    giveWay() {
      write(`retry: ${GIVEN_WAY_RETRY_MS}\n\n`);
      end()?.close();
    },
  };
}
