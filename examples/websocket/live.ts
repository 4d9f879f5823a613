import type { IncomingMessage, Server } from "node:http";
import type { Curfew, OpenGoverned } from "@curfew/core";
import { type WebSocket, WebSocketServer } from "ws";
import { sessionOf } from "./sign-in.js";

/** WebSockets of people who are signed in, each closed within two seconds of its session's end. */
export function acceptSockets(server: Server, curfew: Curfew, publicUrl: string): void {
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    admit(request).then(
      (session) => sockets.handleUpgrade(request, socket, head, (opened) => void serve(opened, session)),
      () => socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n"),
    );
  });

  async function admit({ headers }: IncomingMessage): Promise<OpenGoverned> {
    const session = sessionOf(headers.cookie);
    // A WebSocket may come from any site's page, with this site's cookies.
    if (session === null || headers.origin !== publicUrl) throw new Error("not signed in");
    await curfew.governed.open(session);
    return session;
  }

  async function serve(opened: WebSocket, session: OpenGoverned): Promise<void> {
    opened.on("message", (data) => opened.send(`${session.user.name}: ${data}`));
    const closed = new Promise((resolve) => opened.once("close", resolve));
    try {
      const watched = await curfew.governed.watch(session, (change) => {
        if (change.kind === "ended") opened.close(4401, change.fate.reason);
      });
      await closed;
      watched.stop();
    } catch {
      opened.close(4401);
    }
  }
}
