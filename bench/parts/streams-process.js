import { connect } from "node:net";

/**
 * Holds event streams in a process of its own, so that reading them takes no time from the callers that are measured. Sends
 * `opened` once every stream has had its first event, and `told` with the time of the last one each time that all have had
 * an event of the type asked for.
 */
process.once(
  "message",
  async (/** @type {{ host: string, port: number, tokens: string[] }} */ { host, port, tokens }) => {
    let type = "session.state";
    let told = 0;
    const count = () => {
      told += 1;
      if (told === tokens.length) process.send?.({ type, at: Date.now() });
    };
    process.on("message", (/** @type {{ awaited: string }} */ { awaited }) => {
      type = awaited;
      told = 0;
      process.send?.({ type: "waiting", at: 0 });
    });
    /** @param {string} token */
    const open = (token) =>
      new Promise((resolve, reject) => {
        const socket = connect(port, host, () =>
          socket.write(
            `GET /api/auth/events HTTP/1.1\r\nHost: ${host}:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
          ),
        );
        socket.setEncoding("latin1");
        socket.on("error", reject);
        socket.on("data", (/** @type {string} */ text) => {
          if (text.startsWith("HTTP/1.1 ") && !text.startsWith("HTTP/1.1 200")) reject(new Error(text));
          resolve(undefined);
          if (text.includes(`event: ${type}\n`)) count();
        });
      });
    const LANES = 16;
    await Promise.all(
      Array.from({ length: LANES }, async (_, lane) => {
        for (let index = lane; index < tokens.length; index += LANES) await open(tokens[index] ?? "");
      }),
    );
  },
);
process.once("disconnect", () => process.exit());
