import type { TestServer } from "./test-server.js";

export const EVENTS_PATH = "/api/auth/events";

/** Reads a stream in the background; `state` is what has arrived so far. */
export function readStream(response: Response) {
  const reader = response.body?.getReader();
  const state = { text: "", hasEnded: false, hasFailed: false };
  const pump = async (): Promise<void> => {
    for (;;) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) break;
      state.text += new TextDecoder().decode(chunk.value);
    }
    state.hasEnded = true;
  };
  pump().catch(() => {
    state.hasFailed = true;
  });
  return {
    state,
    cancel: () => reader?.cancel(),
    /** The events so far: type and data. */
    events: () =>
      [...state.text.matchAll(/event: (.*)\ndata: (.*)\n\n/g)].map(
        ([, type, data]) => [type, JSON.parse(data ?? "")] as const,
      ),
    comments: () => state.text.split("\n").filter((line) => line.startsWith(":")).length,
  };
}

export const openStream = async (server: TestServer, token: string) => {
  const stream = readStream(await server.call("GET", EVENTS_PATH, { token }));
  await server.clock.advance(0);
  return stream;
};
