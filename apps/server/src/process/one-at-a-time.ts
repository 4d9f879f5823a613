import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

type Handle = (incoming: IncomingMessage, outgoing: ServerResponse) => void;
type Exchange = Parameters<Handle>;

/** How many requests may wait on a connection. Clients that pipeline (RFC 9112 §9.3.2) send a few. */
const WAITING_MAX = 100;

/**
 * Handles the requests of a connection one after the other. Node starts pipelined ones together and keeps their answers in memory
 * until the client reads them, so that one connection could fill the memory and hold up all others. A connection with more than
 * 100 waiting requests is closed.
 */
export function oneAtATime(handle: Handle): Handle {
  const waitingOf = new WeakMap<Socket, Exchange[]>();

  const start = (socket: Socket, [incoming, outgoing]: Exchange): void => {
    outgoing.once("close", () => {
      const next = waitingOf.get(socket)?.shift();
      if (next === undefined) waitingOf.delete(socket);
      else if (socket.writable) start(socket, next);
    });
    handle(incoming, outgoing);
  };

  return (incoming, outgoing) => {
    const { socket } = incoming;
    const waiting = waitingOf.get(socket);
    if (waiting === undefined) {
      waitingOf.set(socket, []);
      start(socket, [incoming, outgoing]);
    } else if (waiting.length < WAITING_MAX) waiting.push([incoming, outgoing]);
    else {
      waiting.length = 0;
      socket.destroy();
    }
  };
}
