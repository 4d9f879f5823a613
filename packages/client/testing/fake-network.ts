import type { FakeAnswer, FakeRequest, FakeServer } from "./fake-server.js";
import { CALL_TIMEOUT_MS, type FakeTab } from "./fake-tab.js";
import type { VirtualTime } from "./virtual-time.js";

const EVENTS = "/api/auth/events";

interface OpenStream {
  tab: FakeTab;
  /** Ends the connection with an error in the tab, or silently, without one. */
  cut(isSilent: boolean): void;
}

/** The network between one browser and the server, and the browser's cookie. */
export interface FakeNetwork {
  /** Round trip, in milliseconds. */
  latencyMs: number;
  isOffline: boolean;
  /** Answers in the server's place, as a firewall or a proxy: null passes the request on. */
  intercept: (path: string) => Response | null;
  /** Nothing of an event stream arrives, as behind a proxy that waits for its end. */
  buffersStreams: boolean;
  /** The browser keeps no cookie. */
  refusesCookies: boolean;
  /** How many of the next responses are lost after the server has handled the request. */
  losesAnswers: number;
  /** How many requests were sent, including event streams. */
  fetches: number;
  /** The id of the refresh cookie's session. */
  cookie: string | null;
  fetch(tab: FakeTab, path: string, init: RequestInit): Promise<Response>;
  streams(): readonly FakeTab[];
  /** Cuts every stream. */
  cut(): void;
  drop(tab: FakeTab): void;
  /** The machine sleeps: connections are lost without an error. */
  unplug(): void;
  plug(): void;
}

export function createFakeNetwork(time: VirtualTime, server: FakeServer): FakeNetwork {
  const open = new Set<OpenStream>();
  let isUnplugged = false;
  /** Counts reconnections: a request of an earlier connection gets no response. */
  let epoch = 0;

  const requestOf = (path: string, { method = "GET", headers, body }: RequestInit): FakeRequest => ({
    method,
    path: path.split("?")[0] ?? path,
    headers: new Headers(headers),
    body: body ? (JSON.parse(String(body)) as Record<string, unknown>) : {},
    cookie: network.cookie,
  });
  const respond = ({ status, body, headers = {} }: FakeAnswer): Response =>
    new Response(status === 204 ? null : JSON.stringify(body), {
      status,
      headers: {
        "Content-Type": status < 400 ? "application/json" : "application/problem+json",
        ...headers,
      },
    });

  const call = (request: FakeRequest, settle: (outcome: Response | Error) => void): void => {
    const sentIn = epoch;
    const isConnected = (): boolean => !isUnplugged && sentIn === epoch;
    const half = network.latencyMs / 2;
    time.after(half, () => {
      if (!isConnected()) return;
      const answer = server.handle(request);
      const isLost = network.losesAnswers > 0;
      if (isLost) network.losesAnswers--;
      time.after(half, () => {
        if (!isConnected()) return;
        if (isLost || network.isOffline) return settle(new TypeError("the connection was cut"));
        if (answer.cookie !== undefined && !network.refusesCookies) network.cookie = answer.cookie;
        settle(respond(answer));
      });
    });
  };

  const stream = (
    tab: FakeTab,
    request: FakeRequest,
    signal: AbortSignal | null | undefined,
    settle: (outcome: Response | Error) => void,
  ): void => {
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    let state: "open" | "hung" | "closed" = "open";
    const body = new ReadableStream<Uint8Array>({
      start(created) {
        controller = created;
      },
    });
    const encoder = new TextEncoder();
    const ifOpen = (task: () => void) => (): void => {
      if (state === "open") task();
    };
    const inTab = (task: () => void): void => {
      if (network.buffersStreams) return;
      // Frames sent while the browser is offline are lost without an error.
      if (network.isOffline && state === "open") entry.cut(true);
      time.after(
        network.latencyMs / 2,
        ifOpen(() => tab.deliver(ifOpen(task))),
      );
    };
    const fail = (error: Error): void => {
      state = "closed";
      controller?.error(error);
    };
    const entry: OpenStream = {
      tab,
      cut(isSilent) {
        open.delete(entry);
        if (isSilent && state === "open") state = "hung";
        if (!isSilent) tab.deliver(ifOpen(() => fail(new TypeError("the stream was cut"))));
        if (typeof stop === "function") stop();
      },
    };
    const stop = server.watch(request, {
      frame: (text) => inTab(() => controller?.enqueue(encoder.encode(text))),
      close: () =>
        inTab(() => {
          state = "closed";
          open.delete(entry);
          controller?.close();
        }),
    });
    if (typeof stop !== "function") {
      settle(respond(stop));
      return;
    }
    open.add(entry);
    signal?.addEventListener("abort", () => {
      if (state !== "closed") fail(new DOMException("aborted", "AbortError"));
      entry.cut(true);
    });
    settle(new Response(body, { status: 200, headers: { "Content-Type": "text/event-stream" } }));
  };

  const network: FakeNetwork = {
    latencyMs: 40,
    isOffline: false,
    intercept: () => null,
    buffersStreams: false,
    refusesCookies: false,
    losesAnswers: 0,
    fetches: 0,
    cookie: null,
    fetch: (tab, path, init) =>
      new Promise((resolve, reject) => {
        network.fetches++;
        const cancelTimeout =
          path === EVENTS ? null : tab.ports.after(CALL_TIMEOUT_MS, () => reject(new TypeError("no answer")));
        const settle = (outcome: Response | Error): void =>
          tab.deliver(() => {
            cancelTimeout?.();
            if (outcome instanceof Response) resolve(outcome);
            else reject(outcome);
          });
        const { signal } = init;
        signal?.addEventListener("abort", () => settle(new DOMException("aborted", "AbortError")));
        if (signal?.aborted) return settle(new DOMException("aborted", "AbortError"));
        if (network.isOffline) {
          time.after(1, () => settle(new TypeError("offline")));
          return;
        }
        const foreign = network.intercept(path);
        if (foreign) {
          time.after(network.latencyMs, () => settle(foreign));
          return;
        }
        const request = requestOf(path, init);
        if (path !== EVENTS) return call(request, settle);
        time.after(network.latencyMs, () => {
          if (!signal?.aborted && tab.isAlive() && !isUnplugged && !network.isOffline)
            stream(tab, request, signal, settle);
        });
      }),
    streams: () => [...open].map(({ tab }) => tab),
    cut() {
      for (const entry of [...open]) entry.cut(false);
    },
    drop(tab) {
      for (const entry of [...open]) if (entry.tab === tab) entry.cut(true);
    },
    unplug() {
      isUnplugged = true;
      for (const entry of [...open]) entry.cut(true);
    },
    plug() {
      isUnplugged = false;
      epoch++;
    },
  };
  return network;
}
