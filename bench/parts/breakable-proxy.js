import { connect, createServer } from "node:net";

/**
 * A TCP proxy between a replica and its PostgreSQL that can break all connections.
 *
 * @param {string} url of the server
 */
export async function openBreakableProxy(url) {
  const target = new URL(url);
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  /** @type {"working" | "cut" | "black hole"} */
  let state = "working";
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
  const proxyUrl = new URL(url);
  proxyUrl.port = String(typeof address === "object" && address !== null ? address.port : 0);
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: proxyUrl.href,
    /** `cut` ends all connections and refuses new ones; `black hole` drops all data. @param {"cut" | "black hole"} how */
    break(how) {
      state = how;
      if (how === "cut") breakAll();
    },
    repair() {
      state = "working";
      breakAll();
    },
    close() {
      breakAll();
      proxy.close();
    },
  };
}
