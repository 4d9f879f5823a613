import { connect, type Socket } from "node:net";
import { type ControlAnswer, type ControlRequest, parseAnswer, socketPath } from "./protocol.js";

/**
 * Sends a command to the service that runs on a data directory.
 *
 * @returns null if none answers there
 */
export async function callService(directory: string, request: ControlRequest): Promise<ControlAnswer | null> {
  const socket = await open(directory);
  if (socket === null) return null;
  socket.write(`${JSON.stringify(request)}\n`);
  const line = await readAll(socket);
  return parseAnswer(line) ?? { ok: false, message: "the running service stopped before it answered" };
}

function open(directory: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    let path: string;
    try {
      path = socketPath(directory);
    } catch {
      resolve(null);
      return;
    }
    const socket = connect(path, () => resolve(socket));
    socket.once("error", () => resolve(null));
  });
}

function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    socket.setEncoding("utf8").on("data", (text) => {
      received += text;
    });
    socket.once("close", () => resolve(received));
  });
}
