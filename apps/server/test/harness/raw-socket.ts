import { connect } from "node:net";

/** Writes bytes to a socket as they are, and reads what comes until the peer closes or is silent for a while. */
export function exchangeBytes(
  to: { host: string; port: number },
  bytes: string | Buffer,
  silenceMs = 300,
): Promise<string> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    const socket = connect(to.port, to.host, () => socket.write(bytes));
    socket.setTimeout(silenceMs, () => socket.destroy());
    socket.on("data", (piece) => pieces.push(piece));
    // A reset is an answer too: the service would not have it.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(Buffer.concat(pieces).toString("latin1")));
  });
}
