import { CurfewError } from "@curfew/core";
import type { SqlDatabase } from "@curfew/sql";
import type { Fetch } from "../../src/process/listen.js";

/** Faults that a test can inject into a service: an unavailable database, delayed responses, and event streams that end. */
export function createFaultInjection() {
  let isDatabaseDown = false;
  let released: Promise<void> | null = null;
  let release = (): void => undefined;
  const openStreams = new Set<() => void>();

  const refuseIfDown = (): void => {
    if (isDatabaseDown)
      throw new CurfewError(
        "unavailable",
        { retryAfterSeconds: 1 },
        { message: "outage injected by the test" },
      );
  };
  return {
    setOutage: (on: boolean): void => {
      isDatabaseDown = on;
    },
    setStalled: (on: boolean): void => {
      release();
      released = on
        ? new Promise((resolve) => {
            release = resolve;
          })
        : null;
    },
    /** Ends the open event streams, as a proxy does. */
    cutStreams: (): void => {
      for (const end of openStreams) end();
    },
    /** Wraps the database so that it is unavailable during an outage. */
    database: (database: SqlDatabase): SqlDatabase => ({
      ...database,
      async read(unit) {
        refuseIfDown();
        return database.read(unit);
      },
      async write(unit, options) {
        refuseIfDown();
        return database.write(unit, options);
      },
    }),
    /** Wraps the service so that API calls wait while it is stalled. Pages are not delayed. */
    fetch:
      (fetch: Fetch): Fetch =>
      async (request, connection) => {
        if (released !== null && new URL(request.url).pathname.startsWith("/api/")) await released;
        const response = await fetch(request, connection);
        const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
        return isStream && response.body !== null
          ? new Response(endable(response.body, openStreams), response)
          : response;
      },
  };
}

/** A stream that ends when the function is called that it adds to `ends`. */
function endable(body: ReadableStream<Uint8Array>, ends: Set<() => void>): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const cut = new AbortController();
  const end = (): void => cut.abort();
  ends.add(end);
  body
    .pipeTo(writable, { signal: cut.signal, preventAbort: true })
    .catch(() => writable.close())
    .catch(() => undefined)
    .finally(() => ends.delete(end));
  return readable;
}
