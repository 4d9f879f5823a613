import { createServer, get } from "node:http";
import { connect } from "node:net";
import type { Http } from "@curfew/http";
import type { Context } from "hono";
import { describe, expect, it, vi } from "vitest";
import { guardBody } from "../../../../../packages/http/src/route/guard-body.js";
import { listen } from "../../../src/process/listen.js";
import { StartFailure } from "../../../src/process/start-failure.js";
import { answerTo, HOST, openListener, textOf } from "./open-listener.js";

/** Sends raw bytes and returns the answer. */
function rawExchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, HOST, () => socket.write(bytes));
    socket.setEncoding("utf8").on("data", (piece) => {
      text += piece;
    });
    socket.once("end", () => resolve(text)).once("error", reject);
  });
}

describe("a listener", () => {
  it("binds a free port if the port is 0", async () => {
    expect((await openListener()).port).toBeGreaterThan(1023);
  });

  it("answers 503 with Retry-After until it has a handler", async () => {
    const { port } = await openListener();
    const answer = await answerTo(get({ host: HOST, port }));
    answer.resume();
    expect(answer.statusCode).toBe(503);
    expect(answer.headers["retry-after"]).toBe("1");
    expect(answer.headers["x-content-type-options"]).toBe("nosniff");
  });

  it("passes each request and its connection to the handler", async () => {
    const listener = await openListener();
    listener.answerWith((received, { incoming }) => {
      return new Response(`${new URL(received.url).pathname} ${incoming.socket.remoteAddress}`);
    });
    const answer = await answerTo(get({ host: HOST, port: listener.port, path: "/here?x=1" }));
    expect(await textOf(answer)).toBe(`/here ${HOST}`);
  });

  it.each([
    ["an invalid host", "GET /a HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n"],
    ["no host", "GET /a HTTP/1.1\r\nConnection: close\r\n\r\n"],
    ["two hosts", "GET /a HTTP/1.1\r\nHost: localhost\r\nhOST: other.example\r\nConnection: close\r\n\r\n"],
    [
      "the same host twice",
      "GET /a HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ],
    ["a target that is not a path", "GET * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"],
    ["bytes that are not HTTP", "rubbish\r\n\r\n"],
    ["an invalid header", "GET /a HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n"],
    [
      "two Content-Length headers",
      "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ],
  ])("answers %s with a 400 problem", async (_what, bytes) => {
    const listener = await openListener();
    listener.answerWith(() => new Response("reached"));
    const text = await rawExchange(listener.port, bytes);
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    const [head = "", body = ""] = text.split("\r\n\r\n");
    for (const line of [
      "x-content-type-options: nosniff",
      "referrer-policy: no-referrer",
      "cache-control: no-store",
      "content-type: application/problem+json",
      "connection: close",
    ])
      expect(head.toLowerCase().split("\r\n")).toContain(line);
    expect(JSON.parse(body)).toMatchObject({ status: 400, code: "bad_request" });
  });

  it.each([
    [
      "headers over Node's limit",
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(40_000)}\r\n\r\n`,
      431,
    ],
    [
      "chunk extensions over Node's limit",
      `POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;${"x".repeat(40_000)}\r\na\r\n`,
      413,
    ],
  ])("answers %s with a problem of their own status", async (_what, bytes, status) => {
    const listener = await openListener();
    listener.answerWith(async (received) => new Response(await received.text()));
    const [head = "", body = ""] = (await rawExchange(listener.port, bytes)).split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toContain("x-content-type-options: nosniff");
    expect(head).toContain("content-type: application/problem+json");
    expect(JSON.parse(body)).toEqual({
      type: "urn:curfew:problem:too_large",
      title: expect.any(String),
      status,
      detail: expect.any(String),
      code: "too_large",
    });
  });

  it("adds Strict-Transport-Security for an https URL, even to unparsable requests", async () => {
    const open = await openListener(undefined, "https://curfew.example");
    expect(await rawExchange(open.port, "rubbish\r\n\r\n")).toMatch(/strict-transport-security: max-age=\d+/);
  });

  it("accepts HTTP/1.0 requests without a host, such as load balancers' checks", async () => {
    const listener = await openListener();
    listener.answerWith((received) => new Response(new URL(received.url).pathname));
    const text = await rawExchange(listener.port, "GET /healthz HTTP/1.0\r\n\r\n");
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\/healthz$/);
  });

  it("ignores an unknown expectation", async () => {
    const listener = await openListener();
    listener.answerWith(() => new Response("reached"));
    const text = await rawExchange(
      listener.port,
      "GET / HTTP/1.1\r\nHost: localhost\r\nExpect: wonders\r\nConnection: close\r\n\r\n",
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*reached$/);
  });

  it("closes the connection without another answer if a request breaks during its answer", async () => {
    const listener = await openListener();
    const stream = new ReadableStream({
      start: (to) => to.enqueue(new TextEncoder().encode("begun")),
    });
    listener.answerWith(() => new Response(stream, { headers: { "Content-Type": "text/event-stream" } }));
    const socket = connect(listener.port, HOST);
    socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    let text = "";
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.setEncoding("utf8").on("data", (piece) => {
      text += piece;
      if (text.includes("begun")) socket.write("zz\r\n");
    });
    socket.on("error", () => undefined);
    await closed;
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).not.toContain("bad_request");
  });

  it("answers 500 without the error's message if the handler throws", async () => {
    const listener = await openListener();
    listener.answerWith(() => Promise.reject(new Error("the inside")));
    const answer = await answerTo(get({ host: HOST, port: listener.port }));
    expect(answer.statusCode).toBe(500);
    expect(await textOf(answer)).not.toContain("inside");
  });

  it("names the setting if the port is already in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, HOST, resolve));
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const failure = await listen({ host: HOST, port, publicUrl: null }).catch((error: unknown) => error);
    await new Promise((resolve) => other.close(resolve));
    expect(failure).toBeInstanceOf(StartFailure);
    expect(failure).toMatchObject({ message: `PORT: ${port} on ${HOST} is already in use`, exitCode: 1 });
  });

  it("names the setting if the address is not one of this machine", async () => {
    const failure = await listen({ host: "192.0.2.1", port: 0, publicUrl: null }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ message: "HOST: can't listen on 192.0.2.1", exitCode: 1 });
  });

  it("reports a body that fails on its way, prints nothing, and resets the connection", async () => {
    const printed = (["error", "info", "warn", "log"] as const).map((name) => vi.spyOn(console, name));
    const reported: unknown[] = [];
    const cause = new Error("the inside");
    const listener = await openListener();
    listener.answerWith((_received, connection) => {
      const failing = new ReadableStream<Uint8Array>({
        start: (to) => to.enqueue(new TextEncoder().encode("begun")),
        pull: (to) => to.error(cause),
      });
      const http = { reportError: (error: unknown) => reported.push(error) } as unknown as Http;
      return new Response(guardBody(http, { env: connection } as unknown as Context, failing));
    });
    const answer = await answerTo(get({ host: HOST, port: listener.port }));
    await expect(textOf(answer)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(reported).toEqual([cause]);
    for (const spy of printed) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});
