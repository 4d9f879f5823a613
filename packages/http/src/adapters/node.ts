import type { CurfewHandler } from "../handler/create-handler.js";
import { requestOf } from "./node-request.js";
import type { NodeRequest, NodeResponse } from "./node-types.js";

/**
 * Answers calls of Curfew's routes in Node's own server, also where a body parser has read the body already.
 *
 * @example createServer(toNodeHandler(sessions)).listen(3000);
 */
export const toNodeHandler =
  (sessions: Pick<CurfewHandler, "handler" | "publicUrl">) =>
  async (req: NodeRequest, res: NodeResponse): Promise<void> =>
    writeResponse(res, await sessions.handler(requestOf(sessions, req), req));

/** Writes a response of the web, as its reader takes it; a stream ends when the client has gone. */
export async function writeResponse(res: NodeResponse, response: Response): Promise<void> {
  res.statusCode = response.status;
  for (const [name, value] of response.headers) if (name !== "set-cookie") res.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) res.setHeader("set-cookie", cookies);
  if (response.body === null) return void res.end();
  res.flushHeaders?.();
  const reader = response.body.getReader();
  const leave = (): void => void reader.cancel().catch(() => undefined);
  res.once("close", leave);
  for (let read = await reader.read(); !read.done && !res.destroyed; read = await reader.read()) {
    const isTaken = res.write(read.value);
    res.flush?.();
    if (!isTaken) await drained(res);
  }
  res.off("close", leave);
  res.end();
}

/** Waits until the client has read what was written, or has gone. */
const drained = (res: NodeResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      res.off("drain", done);
      res.off("close", done);
      resolve();
    };
    res.once("drain", done);
    res.once("close", done);
  });
