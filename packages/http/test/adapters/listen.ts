import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createConnection } from "node:net";
import { onTestFinished } from "vitest";

/** Serves on a free port until the end of the test, and returns the origin. */
export async function listen(app: RequestListener): Promise<string> {
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A browser's cookies of one host, by name. */
class CookieJar {
  readonly #cookies = new Map<string, string>();

  header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  take(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
  }
}

/** A browser that calls one server. */
export function browserOf(origin: string) {
  const jar = new CookieJar();
  return async (method: string, path: string, json?: unknown): Promise<Response> => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        cookie: jar.header(),
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    jar.take(response);
    return response;
  };
}

/** What a client may write for `/api/auth/session`, if the server resolves it as the URL standard does. */
export const RESOLVED_TARGETS: readonly string[] = [
  "/x/../api/auth/session",
  "/x/%2E%2e/api/auth/session",
  "/./api/auth/session",
  "/api/./auth/session",
  "/api/x/../auth/session",
  "/api\\auth\\session",
  "/x\\..\\api/auth/session",
  "http://app.example/x/../api/auth/session",
];

/** Sends a target as it stands, and returns all of the answer. */
export const sendTarget = (
  origin: string,
  target: string,
  {
    method = "GET",
    headers = {},
  }: { readonly method?: string | undefined; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<string> =>
  new Promise((resolve) => {
    const socket = createConnection(Number(new URL(origin).port), "127.0.0.1");
    let received = "";
    socket.on("data", (chunk) => {
      received += String(chunk);
    });
    socket.on("close", () => resolve(received));
    const lines = Object.entries({ Host: "evil.example", Connection: "close", ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`${method} ${target} HTTP/1.1\r\n${head}\r\n`);
  });
