import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Listener } from "../../../src/process/listen.js";
import { HOST, openListener } from "./open-listener.js";

const requestFor = (path: number | string): string => `GET /${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** Opens a connection and sends requests at once, without waiting for answers. */
function pipeline(listener: Listener, requests: readonly string[]): Socket {
  const socket = connect(listener.port, HOST).setEncoding("utf8");
  socket.on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.write(requests.join(""));
  return socket;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Long enough for a request that waits to be started. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function textUntilEnd(socket: Socket): Promise<string> {
  let text = "";
  for await (const piece of socket) text += String(piece);
  return text;
}

describe("pipelined requests of a connection", () => {
  it("are handled one after the other, and answered in their order", async () => {
    const listener = await openListener();
    let running = 0;
    let mostRunning = 0;
    listener.answerWith(async (request) => {
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      const { pathname } = new URL(request.url);
      const close: Record<string, string> = pathname === "/39" ? { Connection: "close" } : {};
      return new Response(`<${pathname}>`, { headers: close });
    });
    const text = await textUntilEnd(pipeline(listener, numbers(40).map(requestFor)));
    expect(text.match(/<[^>]+>/g)).toEqual(numbers(40).map((path) => `</${path}>`));
    expect(mostRunning).toBe(1);
  });

  it("don't start while the client does not read the answers before them", async () => {
    const listener = await openListener();
    let started = 0;
    listener.answerWith(() => {
      started += 1;
      return new Response("x".repeat(4_000_000));
    });
    const socket = pipeline(listener, numbers(90).map(requestFor));
    socket.pause();
    // Another connection is answered meanwhile.
    expect((await fetch(`http://${HOST}:${listener.port}/`)).status).toBe(200);
    await expect.poll(() => started).toBe(2);
    await someTurns();
    expect(started).toBe(2);
  });

  it("close it if more than a hundred wait, and start no more", async () => {
    const listener = await openListener();
    let started = 0;
    listener.answerWith(async () => {
      started += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return new Response("answered");
    });
    expect(await textUntilEnd(pipeline(listener, numbers(1_000).map(requestFor)))).toBe("");
    expect(started).toBe(1);
    expect((await fetch(`http://${HOST}:${listener.port}/`)).status).toBe(200);
  });

  it("that were waiting when the client left are not started", async () => {
    const listener = await openListener();
    let started = 0;
    let finish = (): void => undefined;
    listener.answerWith(async () => {
      started += 1;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return new Response("answered");
    });
    const socket = pipeline(listener, numbers(3).map(requestFor));
    await expect.poll(() => started).toBe(1);
    socket.destroy();
    await new Promise((resolve) => socket.once("close", resolve));
    finish();
    await someTurns();
    expect(started).toBe(1);
  });
});
