import { connect, createServer } from "node:net";

/**
 * Stands between a replica and its PostgreSQL and breaks.
 *
 * @param {string} url of the server
 */
export async function openBreakableProxy(url) {
  const target = new URL(url);
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  /** @type {"whole" | "cut" | "black hole"} */
  let state = "whole";
  const proxy = createServer((client) => {
    if (state === "cut") return client.destroy();
    const server = connect(Number(target.port), target.hostname);
    for (const [socket, other] of /** @type {const} */ ([
      [client, server],
      [server, client],
    ])) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("data", (chunk) => state === "black hole" || other.write(chunk));
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = proxy.address();
  const own = new URL(url);
  own.port = String(typeof address === "object" && address !== null ? address.port : 0);
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: own.href,
    /** Every connection ends and none is let in, or whatever is said goes nowhere. @param {"cut" | "black hole"} how */
    break(how) {
      state = how;
      if (how === "cut") breakAll();
    },
    mend() {
      state = "whole";
      breakAll();
    },
    close() {
      breakAll();
      proxy.close();
    },
  };
}
