import { connect } from "node:net";

/**
 * One kept connection that sends a request and waits for its answer. Node's own client would use more of the two
 * processors than the server that is measured.
 *
 * @typedef {object} Connection
 * @property {(path: string, body: unknown, bearer?: string) => Promise<{ status: number, text: string }>} post
 * @property {(path: string, bearer: string) => Promise<{ status: number, text: string }>} get
 * @property {() => void} close
 */

/**
 * @param {{ host: string, port: number }} to
 * @param {number} count
 * @returns {Promise<Connection[]>}
 */
export const openConnections = (to, count) =>
  Promise.all(Array.from({ length: count }, () => openConnection(to)));

/** @param {{ host: string, port: number }} to @returns {Promise<Connection>} */
function openConnection({ host, port }) {
  return new Promise((resolveOpen, rejectOpen) => {
    const socket = connect(port, host);
    socket.setNoDelay(true);
    let received = "";
    /** @type {{ resolve(answer: { status: number, text: string }): void, reject(error: Error): void } | undefined} */
    let waiting;
    socket.setEncoding("latin1");
    socket.on("data", (/** @type {string} */ text) => {
      received += text;
      const answer = readAnswer(received);
      if (answer === undefined) return;
      received = "";
      waiting?.resolve(answer);
    });
    socket.on("error", (error) => {
      rejectOpen(error);
      waiting?.reject(error);
    });
    socket.on("close", () => waiting?.reject(new Error("the server closed the connection")));
    /** @param {string} head @param {string} [body] @returns {Promise<{ status: number, text: string }>} */
    const ask = (head, body = "") =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(`${head}Host: ${host}:${port}\r\n\r\n${body}`);
      });
    /** @param {string | undefined} token */
    const authorization = (token) => (token === undefined ? "" : `Authorization: Bearer ${token}\r\n`);
    socket.on("connect", () =>
      resolveOpen({
        post(path, body, bearer) {
          const json = JSON.stringify(body);
          return ask(
            `POST ${path} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(json)}\r\n${authorization(bearer)}`,
            json,
          );
        },
        get: (path, bearer) => ask(`GET ${path} HTTP/1.1\r\n${authorization(bearer)}`),
        close() {
          waiting = undefined;
          socket.destroy();
        },
      }),
    );
  });
}

/** The answer once it is whole. @param {string} received */
function readAnswer(received) {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = received.slice(0, headEnd);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error("the answer does not tell its length");
  const text = received.slice(headEnd + 4);
  return text.length < Number(length) ? undefined : { status: Number(head.slice(9, 12)), text };
}
