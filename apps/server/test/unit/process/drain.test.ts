import { get, request } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { Listener } from "../../../src/process/listen.js";
import { answerTo, HOST, openListener, textOf } from "./open-listener.js";

const GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

async function connected(listener: Listener): Promise<Socket> {
  const socket = connect(listener.port, HOST).setEncoding("utf8");
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket;
}

/** A stop first accepts the connections that wait, which takes a few turns of the event loop. */
async function untilNotListening(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Sends a request on an open connection, and returns the answer's head and body. */
function exchange(socket: Socket, bytes = GET): Promise<string> {
  const answered = new Promise<string>((resolve) => socket.once("data", (text) => resolve(String(text))));
  socket.write(bytes);
  return answered;
}

describe("a stopping listener", () => {
  it("answers open requests and accepts no new connections", async () => {
    const listener = await openListener({ idleLingerMs: 100, cutAfterMs: 2_000 });
    let finish = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      listener.answerWith(async () => {
        resolve();
        await new Promise<void>((done) => {
          finish = done;
        });
        return new Response("answered");
      });
    });
    const sent = request({ host: HOST, port: listener.port, headers: { connection: "keep-alive" } });
    const answered = answerTo(sent);
    sent.end();
    await arrived;
    const stopped = listener.stop();
    await untilNotListening();
    await expect(answerTo(get({ host: HOST, port: listener.port }))).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
    finish();
    expect(await textOf(await answered)).toBe("answered");
    await stopped;
  });

  it("does not wait for idle connections", async () => {
    const listener = await openListener({ idleLingerMs: 100, cutAfterMs: 2_000 });
    const socket = connect(listener.port, HOST);
    await new Promise((resolve) => socket.once("connect", resolve));
    listener.answerWith(() => new Response("once"));
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    const ended = new Promise((resolve) => socket.once("close", resolve));
    await listener.stop();
    expect(await ended).toBe(false);
  });

  it("says Connection: close to requests that it is answering, and to those that arrive on open connections", async () => {
    const listener = await openListener({ idleLingerMs: 100, cutAfterMs: 2_000 });
    let finish = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      listener.answerWith(async ({ url }) => {
        if (new URL(url).pathname === "/slow") {
          resolve();
          await new Promise<void>((done) => {
            finish = done;
          });
        }
        return new Response("answered");
      });
    });
    const [busy, idle, fresh] = [
      await connected(listener),
      await connected(listener),
      await connected(listener),
    ];
    expect(await exchange(idle)).toMatch(/connection: keep-alive/i);
    const slow = exchange(busy, GET.replace("/", "/slow"));
    await arrived;
    const stopped = listener.stop();
    await untilNotListening();
    await expect(answerTo(get({ host: HOST, port: listener.port, agent: false }))).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
    for (const socket of [idle, fresh]) {
      const text = await exchange(socket);
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*answered$/);
      expect(text).toMatch(/connection: close/i);
    }
    finish();
    expect(await slow).toMatch(/connection: close/i);
    await stopped;
  });

  it("closes streams once new connections are refused, so that a client that reopens its stream at once is told to leave", async () => {
    // A connection that stays open would hold up the stop for a minute.
    const listener = await openListener({ idleLingerMs: 60_000, cutAfterMs: 60_000 });
    let closeStream = (): void => undefined;
    listener.answerWith(({ url }) => {
      if (new URL(url).pathname !== "/events") return new Response("stopping", { status: 503 });
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(": here\n\n"));
          closeStream = () => controller.close();
        },
      });
      return new Response(body);
    });
    const socket = await connected(listener);
    expect(await exchange(socket, GET.replace("/", "/events"))).toMatch(/^HTTP\/1\.1 200 OK/);
    const reopened = new Promise<string>((resolve) => {
      let text = "";
      socket.on("data", (piece) => {
        // The last chunk of the stream.
        if (text === "" && String(piece).includes("0\r\n\r\n")) socket.write(GET);
        text += String(piece);
      });
      socket.once("close", () => resolve(text));
    });
    let connecting: Promise<unknown> = Promise.resolve();
    await listener.stop(() => {
      connecting = answerTo(get({ host: HOST, port: listener.port, agent: false }));
      connecting.catch(() => undefined);
      closeStream();
    });
    await expect(connecting).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(await reopened).toMatch(/HTTP\/1\.1 503 [\s\S]*connection: close/i);
  });

  it("answers a request that waits to be accepted when it stops", async () => {
    const listener = await openListener({ idleLingerMs: 100, cutAfterMs: 2_000 });
    listener.answerWith(() => new Response("answered"));
    const socket = connect(listener.port, HOST).setEncoding("utf8");
    const answered = exchange(socket);
    // The kernel has completed the handshake, and the server has not had a turn to accept the connection.
    await Promise.all([listener.stop(), expect(answered).resolves.toMatch(/answered$/)]);
  });

  it.each([
    ["half a request", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc"],
    ["half a head", "GET / HTTP/1.1\r\nHost: local"],
    ["nothing", ""],
  ])("does not wait for ever for a client that has sent %s", async (_what, bytes) => {
    const listener = await openListener({ idleLingerMs: 20, cutAfterMs: 100 });
    listener.answerWith(async (received) => new Response(await received.text()));
    const socket = await connected(listener);
    socket.on("error", () => undefined);
    if (bytes !== "") await new Promise((resolve) => socket.write(bytes, resolve));
    await listener.stop();
  });
});
