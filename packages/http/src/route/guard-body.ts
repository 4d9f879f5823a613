import { type Call, incomingOf } from "../call.js";
import type { Http } from "../http.js";

/**
 * Reports the failure of a streamed body to the host, once, and resets the connection, so that the client can tell a cut answer
 * from a whole one. Node's adapter would print the error instead. A stream that the client gave up on (`AbortError`) is no
 * failure.
 */
export function guardBody(http: Http, c: Call, body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let isCancelled = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          // Once cancelled, the stream is closed already.
          if (isCancelled) return;
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          if (!(error instanceof Error && error.name === "AbortError")) http.reportError(error, c);
          const { socket } = incomingOf(c.env);
          if (socket?.resetAndDestroy === undefined) controller.error(error);
          else socket.resetAndDestroy();
        }
      },
      cancel(reason) {
        isCancelled = true;
        return reader.cancel(reason);
      },
    },
    new CountQueuingStrategy({ highWaterMark: 0 }),
  );
}
