import { orNull } from "../or-null.js";
import { RESPONSE_TIMEOUT_MS } from "../session/durations.js";
import type { Ports } from "../session/ports.js";
import { dpopKey, signProof } from "./dpop.js";
import { isVisible, onActivity, onReturn } from "./page-events.js";

/**
 * Implements the ports with the APIs of the browser that this code runs in.
 *
 * @param options `baseUrl`: the server's origin, if it differs from the page's
 * @example const session = createSessionMonitor(browserPorts());
 */
export function browserPorts({ baseUrl = location.origin }: { baseUrl?: string } = {}): Ports {
  const urlOf = (path: string): string => new URL(path, baseUrl).href;
  return {
    clock: { monotonic: () => performance.now(), wall: () => Date.now() },
    after,
    random: Math.random,
    fetch: (path, init) => fetchWithTimeout(urlOf(path), init),
    proof: (htm, path, nowMs, nonce) =>
      dpopKey()
        .then((key) =>
          key ? signProof(key, { htm, htu: urlOf(path), iat: Math.floor(nowMs / 1000), nonce }) : null,
        )
        .catch(() => null),
    channel: tabChannel(),
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

/** Fetches with cookies and a timeout of ten seconds, body included; streams (`Accept: text/…`) have no timeout. */
export function fetchWithTimeout(url: string, init: RequestInit): Promise<Response> {
  const { Accept = "" } = (init.headers ?? {}) as Partial<Record<string, string>>;
  const signal = Accept.startsWith("text/")
    ? (init.signal ?? null)
    : AbortSignal.timeout(RESPONSE_TIMEOUT_MS);
  return fetch(url, { ...init, credentials: "include", signal });
}

/** The broadcast channel of this browser's tabs, with one listener per tab; null if it is unavailable. */
export function tabChannel(): Ports["channel"] {
  const channel = orNull(() => new BroadcastChannel("curfew"));
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
  set: (key, value) => void orNull(() => localStorage.setItem(key, value)),
  remove: (key) => void orNull(() => localStorage.removeItem(key)),
};
