import { orNull } from "../or-null.js";
import { CALL_TIMEOUT_MS } from "../session/durations.js";
import type { Ports } from "../session/ports.js";
import { prove } from "./dpop.js";
import { isVisible, onActivity, onReturn } from "./page-events.js";

/**
 * Implements the ports with the APIs of the browser that this code runs in.
 *
 * @param options `baseUrl`: where the server's `/api` stands, if not at the root of the page's origin
 * @example const session = createSessionMonitor(browserPorts());
 */
export function browserPorts({ baseUrl = "/" }: { baseUrl?: string } = {}): Ports {
  const { origin } = location;
  const base = new URL(baseUrl, origin).href.replace(/\/+$/, "");
  const name = `curfew ${base}`;
  // Of versions that did not name what they stored after the server.
  const stored = base === origin && tabStorage.get("curfew");
  if (stored) {
    tabStorage.set(name, stored);
    tabStorage.remove("curfew");
  }
  return {
    name,
    clock: { monotonic: () => performance.now(), wall: () => Date.now() },
    after,
    random: Math.random,
    fetch: (path, init) => fetchWithTimeout(base + path, init),
    proof: (htm, path, nowMs, nonce) =>
      prove(name, { htm, htu: base + path, iat: Math.floor(nowMs / 1000), nonce }),
    channel: tabChannel(name),
    locks: navigator.locks ?? null,
    storage: tabStorage,
    onActivity,
    visible: isVisible,
    onReturn,
  };
}

/**
 * Runs `task` once after `delayMs` milliseconds. `setTimeout` overflows after 24.8 days; the monitor's delays are at most
 * 30 seconds.
 *
 * @returns cancels the timer
 */
export function after(delayMs: number, task: () => void): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}

/** Fetches with cookies and a timeout of a minute, body included; streams and downloads (those with `Accept`) have none. */
export function fetchWithTimeout(url: string, init: RequestInit): Promise<Response> {
  const { Accept } = (init.headers ?? {}) as Record<string, string>;
  const { signal = null } = Accept ? init : { signal: AbortSignal.timeout(CALL_TIMEOUT_MS) };
  return fetch(url, { ...init, credentials: "include", signal });
}

/** The broadcast channel of this browser's tabs, with one listener per tab; null if it is unavailable. */
export function tabChannel(name: string): Ports["channel"] {
  const channel = orNull(() => new BroadcastChannel(name));
  return (
    channel && {
      post: (message) => channel.postMessage(message),
      listen(listener) {
        channel.onmessage = ({ data }) => listener(data);
        return () => {
          channel.onmessage = null;
        };
      },
    }
  );
}

/** Local storage, which behaves as empty if the browser refuses access or it is full. */
export const tabStorage: Ports["storage"] = {
  get: (key) => orNull(() => localStorage.getItem(key)),
  set: (key, value) => orNull(() => localStorage.setItem(key, value)),
  remove: (key) => orNull(() => localStorage.removeItem(key)),
};
