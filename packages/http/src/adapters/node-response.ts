import type { NodeRequest, NodeResponse } from "./node-types.js";

/** Writes a response of the web, as its reader takes it; a stream ends when the client has gone. */
export async function writeResponse(
  { method }: Pick<NodeRequest, "method">,
  res: NodeResponse,
  response: Response,
): Promise<void> {
  res.statusCode = response.status;
  for (const [name, value] of response.headers) if (name !== "set-cookie") res.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) res.setHeader("set-cookie", cookies);
  // A server may refuse to write a body to HEAD (`rejectNonStandardBodyWrites`).
  if (response.body === null || method === "HEAD") return void res.end();
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
