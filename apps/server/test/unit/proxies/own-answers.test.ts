import { connect } from "node:net";
import type { SqlDatabase } from "@curfew/sql";
import { describe, expect, test } from "vitest";
import { HOST } from "../process/open-listener.js";
import { serveAccount } from "./served-account.js";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"];

/** Paths that the OpenAPI document does not have. */
const OTHER_PATHS = [
  "/",
  "/login",
  "/docs",
  "/docs/pages.css",
  "/assets/index-OLD.js",
  "/api",
  "/api/",
  "/api/nowhere",
  "/api/auth",
  "/.well-known",
  "/.well-known/nothing",
  "/.well-known/openid-configuration",
  "/oauth",
  "/oauth/token",
  "/oauth/authorize/more",
];

interface Answer {
  readonly call: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly text: string;
}

/** What a client can tell a proxy's error from: the media type, and a `type` of ours that goes with the code. */
function faultOf({ call, status, contentType, text }: Answer): string | null {
  if (contentType !== "application/problem+json") return `${call}: ${status} ${contentType}`;
  if (call.startsWith("HEAD ")) return null;
  const { type, code, status: told } = JSON.parse(text) as Record<string, unknown>;
  return type === `urn:curfew:problem:${code}` && told === status ? null : `${call}: ${status} ${text}`;
}

async function answersOf(port: number, paths: readonly string[], token?: string): Promise<Answer[]> {
  const calls = paths.flatMap((path) => METHODS.map((method) => ({ method, path })));
  return Promise.all(
    calls.map(async ({ method, path }) => {
      const response = await fetch(`http://${HOST}:${port}${path.replaceAll("{id}", "x")}`, {
        method,
        headers: {
          "Accept-Encoding": "identity",
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
        signal: AbortSignal.timeout(20_000),
      });
      const { status, headers } = response;
      const isStream = headers.get("content-type")?.includes("event-stream") ?? false;
      if (isStream) await response.body?.cancel();
      const text = isStream ? "" : await response.text();
      return { call: `${method} ${path}`, status, contentType: headers.get("content-type"), text };
    }),
  );
}

const errorsOf = (answers: readonly Answer[]) => answers.filter(({ status }) => status >= 400);

const faultsOf = (answers: readonly Answer[]) =>
  errorsOf(answers)
    .map(faultOf)
    .filter((fault) => fault !== null);

describe("every error of the service is a problem with a type of its own", () => {
  const publishedPaths = async (port: number): Promise<string[]> => {
    const document = await (await fetch(`http://${HOST}:${port}/openapi.json`)).json();
    return Object.keys((document as { paths: object }).paths);
  };

  test("on every path and method, published or not", async () => {
    const { port } = await serveAccount();
    const paths = [...OTHER_PATHS, ...(await publishedPaths(port))];
    const answers = await answersOf(port, paths);
    expect(errorsOf(answers).length).toBeGreaterThan(paths.length);
    expect(faultsOf(answers)).toEqual([]);
  });

  test.each(["/.well-known/nothing", "/.well-known", "/oauth/token", "/oauth"])(
    "%s is a 404 and not the web app, whatever the method",
    async (path) => {
      const { port } = await serveAccount();
      const answers = await answersOf(port, [path]);
      expect(answers.map(({ status }) => status)).toEqual(METHODS.map(() => 404));
    },
  );

  test.each([
    ["CONNECT evil.example:443 HTTP/1.1", "", 400],
    ["TRACE /api/config HTTP/1.1", "", 405],
    ["TRACE / HTTP/1.1", "", 405],
    ["OPTIONS /assets/index-OLD.js HTTP/1.1", "", 405],
    ["GET * HTTP/1.1", "", 400],
    ["GET /api/nowhere HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket\r\n", 404],
    ["PRI * HTTP/2.0", "", 400],
    ["GET /api/config HTTP/1.1", `X: ${"x".repeat(40_000)}\r\n`, 431],
    ["GET /metrics HTTP/1.1", "X-Forwarded-For: 192.0.2.1\r\n", 404],
    ["HEAD /metrics HTTP/1.1", "X-Forwarded-For: 192.0.2.1\r\n", 404],
    ["DELETE /metrics HTTP/1.1", "", 405],
  ])("to the bytes of %s", async (line, header, status) => {
    const { port } = await serveAccount();
    const text = await new Promise<string>((resolve) => {
      let received = "";
      const socket = connect(port, HOST, () =>
        socket.write(`${line}\r\nHost: localhost\r\n${header}Connection: close\r\n\r\n`),
      );
      socket.setEncoding("utf8").on("data", (piece) => {
        received += String(piece);
      });
      socket.once("error", () => socket.destroy());
      socket.once("close", () => resolve(received));
    });
    const [head = "", body = ""] = text.split("\r\n\r\n");
    const [, told] = /^HTTP\/1\.1 (\d+)/.exec(head) ?? [];
    expect(Number(told)).toBe(status);
    const [, contentType = null] = /^content-type: *(.*)$/im.exec(head) ?? [];
    expect(faultOf({ call: line, status, contentType, text: body })).toBe(null);
  });

  test("also while the database fails", async () => {
    let isBroken = false;
    const fails = (): Promise<never> => Promise.reject(new Error("the database is gone"));
    const { port, token } = await serveAccount({
      wrapDatabase: (database): SqlDatabase => ({
        ...database,
        read: (unit, options) => (isBroken ? fails() : database.read(unit, options)),
        write: (unit, options) => (isBroken ? fails() : database.write(unit, options)),
      }),
    });
    const published = await publishedPaths(port);
    isBroken = true;
    const answers = await answersOf(port, published, token);
    expect(errorsOf(answers).map(({ status }) => status)).toContain(500);
    expect(faultsOf(answers)).toEqual([]);
  });
});
