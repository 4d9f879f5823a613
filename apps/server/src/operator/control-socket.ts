import { rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { type ControlAnswer, type ControlCommands, parseRequest, socketPath } from "./protocol.js";

/** Room for the path of a file, which is at most 4,096 bytes. */
const MAX_REQUEST_BYTES = 16_384;
/** How long a client may take to send its request. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Read and write for the process's own user alone. */
const UMASK = 0o177;

export interface ControlSocket {
  /** Stops answering. Commands in progress are cancelled and get no answer; resolves once they have ended. */
  stop(): Promise<void>;
}

/**
 * Answers the commands of the machine's operator on a socket in the data directory, mode 0600. Call it while the directory's
 * database is locked and stop it before: a socket that is there is then one that a crash left.
 *
 * @throws if the socket can't be opened
 */
export async function serveControl(
  directory: string,
  commands: ControlCommands,
  onError: (error: unknown) => void,
): Promise<ControlSocket> {
  const path = socketPath(directory);
  const sockets = new Set<Socket>();
  const running = new Set<Promise<void>>();
  const server = createServer((socket) => {
    const abandoned = new AbortController();
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      abandoned.abort();
    });
    // A client that went away needs no answer.
    socket.on("error", () => socket.destroy());
    socket.setTimeout(REQUEST_TIMEOUT_MS, () => socket.destroy());
    onLine(socket, (line) => {
      socket.setTimeout(0);
      const run = answer(commands, line, abandoned.signal, onError).then((text) => {
        running.delete(run);
        socket.end(text);
      });
      running.add(run);
    });
  });
  await rm(path, { force: true });
  await bind(server, path);
  return {
    async stop() {
      // Node deletes the socket's file.
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      await Promise.all(running);
    },
  };
}

/** Node binds within `listen`, so that the socket never has another mode. */
function bind(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const umask = process.umask(UMASK);
    server.listen(path, resolve);
    process.umask(umask);
  });
}

/** Calls `use` with the first line, and drops clients that send more than a request. */
function onLine(socket: Socket, use: (line: string) => void): void {
  let received = "";
  let isComplete = false;
  socket.setEncoding("utf8").on("data", (text) => {
    if (isComplete) return;
    received += text;
    const end = received.indexOf("\n");
    if (end >= 0) {
      isComplete = true;
      use(received.slice(0, end));
    } else if (received.length > MAX_REQUEST_BYTES) socket.destroy();
  });
}

async function answer(
  commands: ControlCommands,
  line: string,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<string> {
  return `${JSON.stringify(await run(commands, line, signal, onError))}\n`;
}

async function run(
  commands: ControlCommands,
  line: string,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<ControlAnswer> {
  const request = parseRequest(line);
  const command = request && Object.hasOwn(commands, request.command) ? commands[request.command] : undefined;
  if (request === null || command === undefined)
    return { ok: false, message: "the running service is of another version and does not know this command" };
  try {
    return await command(request.args, signal);
  } catch (error) {
    if (!signal.aborted) onError(error);
    return { ok: false, message: "the running service failed; its log says why" };
  }
}
