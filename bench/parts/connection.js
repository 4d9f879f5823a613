import { connect } from "node:net";

/**
 * A keep-alive HTTP connection with one request at a time. Node's own client would use more processor time than the measured
 * server.
 *
 * @typedef {object} Connection
 * @property {(path: string, body: unknown, bearer?: string) => Promise<{ status: number, text: string }>} post
 * @property {(path: string, body: unknown, bearer?: string) => Promise<{ status: number, text: string }>} patch
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
    /** @type {{ resolve(response: { status: number, text: string }): void, reject(error: Error): void } | undefined} */
    let pending;
    socket.setEncoding("latin1");
    socket.on("data", (/** @type {string} */ text) => {
      received += text;
      const response = parseResponse(received);
      if (response === undefined) return;
      received = "";
      pending?.resolve(response);
    });
    socket.on("error", (error) => {
      rejectOpen(error);
      pending?.reject(error);
    });
    socket.on("close", () => pending?.reject(new Error("the server closed the connection")));
    /** @param {string} head @param {string} [body] @returns {Promise<{ status: number, text: string }>} */
    const send = (head, body = "") =>
      new Promise((resolve, reject) => {
        pending = { resolve, reject };
        socket.write(`${head}Host: ${host}:${port}\r\n\r\n${body}`);
      });
    /** @param {string | undefined} token */
    const authorization = (token) => (token === undefined ? "" : `Authorization: Bearer ${token}\r\n`);
    /** @param {string} method @param {string} path @param {unknown} body @param {string} [bearer] */
    const sendJson = (method, path, body, bearer) => {
      const json = JSON.stringify(body);
      return send(
        `${method} ${path} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(json)}\r\n${authorization(bearer)}`,
        json,
      );
    };
    socket.on("connect", () =>
      resolveOpen({
        post: (path, body, bearer) => sendJson("POST", path, body, bearer),
        patch: (path, body, bearer) => sendJson("PATCH", path, body, bearer),
        get: (path, bearer) => send(`GET ${path} HTTP/1.1\r\n${authorization(bearer)}`),
        close() {
          pending = undefined;
          socket.destroy();
        },
      }),
    );
  });
}

/** Parses a response; undefined while it is incomplete. @param {string} received */
function parseResponse(received) {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = received.slice(0, headEnd);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error("the response has no Content-Length");
  const text = received.slice(headEnd + 4);
  return text.length < Number(length) ? undefined : { status: Number(head.slice(9, 12)), text };
}
