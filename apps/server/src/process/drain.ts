import type { Server, ServerResponse } from "node:http";
import { Server as NetServer } from "node:net";

/** How long idle connections stay open, so that requests on their way are answered instead of reset. */
const IDLE_LINGER_MS = 1_000;
const IDLE_SWEEP_INTERVAL_MS = 50;

/** Any call is answered within three seconds, so only a client that neither sends nor reads is left by then. */
const CUT_AFTER_MS = 7_000;

/** Times of a stop, in milliseconds. */
export interface DrainTimes {
  readonly idleLingerMs?: number;
  readonly cutAfterMs?: number;
}

/** Stops a server so that no request that was sent before it stopped listening is lost. */
export interface Drain {
  /** Call it for each request, with its answer. */
  track(answer: ServerResponse): void;
  /**
   * Stops listening; resolves once every connection is closed.
   *
   * @param afterListening called once new connections are refused and answers say `Connection: close`
   * @param onCut called with the number of answers that were cut, if any were
   */
  run(afterListening?: () => void, onCut?: (answers: number) => void): Promise<void>;
  /**
   * Closes every connection at once, and returns how many answers that cuts. Theirs are reset: the end of the connection is
   * the end of the answer in HTTP/1.0 (RFC 9112 §6.3), so that closing it would make a part pass for the whole.
   */
  cut(): number;
}

/**
 * Creates the drain of a server. From its start on answers say `Connection: close` (RFC 9112 §9.6), which ends the connections of
 * busy clients; idle ones are closed last, and after seven seconds those of clients that don't finish.
 */
export function createDrain(
  server: Server,
  { idleLingerMs = IDLE_LINGER_MS, cutAfterMs = CUT_AFTER_MS }: DrainTimes = {},
): Drain {
  const pending = new Set<ServerResponse>();
  let isDraining = false;

  const sayClose = (answer: ServerResponse): void => {
    if (!answer.headersSent) answer.setHeader("Connection", "close");
  };

  const cut = (): number => {
    const begun = [...pending].filter((answer) => answer.headersSent && !answer.writableFinished);
    for (const answer of begun) answer.socket?.resetAndDestroy();
    server.closeAllConnections();
    return begun.length;
  };

  return {
    cut,
    track(answer) {
      pending.add(answer);
      answer.once("close", () => pending.delete(answer));
      if (isDraining) sayClose(answer);
    },
    async run(afterListening, onCut) {
      await acceptWaiting(server);
      const closed = stopListening(server);
      isDraining = true;
      for (const answer of pending) sayClose(answer);
      afterListening?.();
      let sweeping: NodeJS.Timeout | undefined;
      const linger = setTimeout(() => {
        server.closeIdleConnections();
        sweeping = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_INTERVAL_MS);
      }, idleLingerMs);
      const cutting = setTimeout(() => {
        const answers = cut();
        if (answers > 0) onCut?.(answers);
      }, cutAfterMs);
      await closed;
      clearTimeout(linger);
      clearInterval(sweeping);
      clearTimeout(cutting);
    },
  };
}

/** Resolves once the last connection is closed. `close` of the HTTP server would close the idle ones at once. */
const stopListening = (server: Server): Promise<void> =>
  new Promise((resolve) => NetServer.prototype.close.call(server, () => resolve()));

/** More than a flood of connections is worth waiting for. */
const MAX_TURNS = 10;

/** Resolves once no connection waits to be accepted: closing the listener would reset it. */
async function acceptWaiting(server: Server): Promise<void> {
  let accepted = 0;
  const count = (): void => {
    accepted += 1;
  };
  server.on("connection", count);
  for (let turns = 0, before = -1; turns < MAX_TURNS && accepted !== before; turns += 1) {
    before = accepted;
    // The event loop polls between the two.
    await nextTurn();
    await nextTurn();
  }
  server.off("connection", count);
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
