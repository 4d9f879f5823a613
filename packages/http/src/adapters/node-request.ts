import type { CurfewHandler } from "../handler/create-handler.js";
import type { NodeRequest } from "./node-types.js";

/** What a body parser changes: the length, and the compression that it has undone. */
const OF_THE_RAW_BODY: readonly string[] = ["content-length", "content-encoding", "transfer-encoding"];

type Sessions = Pick<CurfewHandler, "publicUrl">;

/** What comes before the path where a client writes the host too (RFC 9112 §3.2.2). */
const SCHEME_AND_HOST = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/**
 * The URL of Node's request. Its host is that of the public URL, whatever the client wrote.
 *
 * A path that the URL standard would change (dot segments, backslashes, characters that are not encoded) is no path of Curfew's, and is
 * told as `/`: frameworks go by what the client wrote, so that rules of the host for `/api` were not asked about `/x/../api`.
 */
export function urlOf({ publicUrl }: Sessions, req: NodeRequest): URL {
  const { origin } = new URL(publicUrl);
  const target = (req.originalUrl ?? req.url ?? "/").replace(SCHEME_AND_HOST, "");
  // Of `data:x` the path is `x`, which would become a part of the host.
  const url = new URL(target.startsWith("/") ? `${origin}${target}` : origin);
  const isAsWritten = url.pathname === target.split(/[?#]/, 1)[0];
  return isAsWritten ? url : new URL(`${origin}/${url.search}`);
}

/** The web's request of Node's own, with its body. */
export function requestOf(sessions: Sessions, req: NodeRequest): Request {
  const { method = "GET" } = req;
  if (method === "GET" || method === "HEAD") return withoutBody(sessions, req);
  const parsed = parsedBody(req);
  const request = withoutBody(sessions, req, parsed === undefined ? [] : OF_THE_RAW_BODY);
  const body = parsed === undefined ? streamOf(req) : parsed;
  return body === null || isForbidden(method) ? request : new Request(request, { body, duplex: "half" });
}

/** The web's request of Node's own, which leaves the body to the host. */
export function withoutBody(sessions: Sessions, req: NodeRequest, dropped: readonly string[] = []): Request {
  const { method = "GET" } = req;
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers))
    if (value !== undefined && !name.startsWith(":") && !dropped.includes(name))
      for (const text of Array.isArray(value) ? value : [value]) headers.append(name, text);
  const url = urlOf(sessions, req);
  if (!isForbidden(method)) return new Request(url, { method, headers });
  // The web has no such requests. They get the answer of a method that no route has.
  return Object.defineProperty(new Request(url, { headers }), "method", { value: method });
}

const isForbidden = (method: string): boolean => /^(?:CONNECT|TRACE|TRACK)$/i.test(method);

/** What a body parser has read, as it was sent; null for nothing, and undefined if none has read it. */
function parsedBody(req: NodeRequest): string | Uint8Array<ArrayBuffer> | null | undefined {
  const { body } = req;
  // Parsers say `{}` of a body that they left unread, too.
  if (!req.readableDidRead) return undefined;
  if (body === undefined || body === null) return null;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return typeof body === "string" ? body : JSON.stringify(body);
}

/** A stream that reads on only as asked, and leaves the connection to Node when it is cancelled. */
function streamOf(req: NodeRequest): ReadableStream<Uint8Array> {
  const chunks = req.iterator({ destroyOnReturn: false });
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => void req.resume(),
    },
    { highWaterMark: 0 },
  );
}
