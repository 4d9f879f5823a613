import type { ClientRequest, IncomingMessage } from "node:http";
import { onTestFinished } from "vitest";
import type { DrainTimes } from "../../../src/process/drain.js";
import { type Listener, listen } from "../../../src/process/listen.js";

export const HOST = "127.0.0.1";

/** Listens on a free port until the test finishes. */
export async function openListener(
  drainTimes: DrainTimes = { idleLingerMs: 50, cutAfterMs: 2_000 },
  publicUrl: string | null = null,
): Promise<Listener> {
  const listener = await listen({ host: HOST, port: 0, publicUrl, drainTimes });
  onTestFinished(() => listener.stop());
  return listener;
}

export const answerTo = (sent: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => sent.once("response", resolve).once("error", reject));

export async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of answer) text += String(piece);
  return text;
}
