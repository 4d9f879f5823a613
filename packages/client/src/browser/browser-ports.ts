import { orNull } from "../or-null.js";
import { CALL_TIMEOUT_MS } from "../session/durations.js";
import type { Ports } from "../session/ports.js";
import { prove } from "./dpop.js";
import { isVisible, onActivity, onReturn } from "./page-events.js";

/** Options of `browserPorts`. */
export interface BrowserOptions {
  /**
   * Where `basePath` stands, if not at the root of the page's origin: a path, or a URL with or without one. Sessions of other
   * base URLs are kept apart. A server of another origin must allow the page's (`CURFEW_ALLOWED_ORIGINS`).
   */
  baseUrl?: string;
  /** The path of Curfew's routes, as the server's handler has it: no slash at the end; default `/api`. */
  basePath?: string;
  /** Whether there are no keys to sign with. */
  host?: boolean;
  /** Sends every request; default: the platform's `fetch`. */
  fetch?: typeof fetch;
}

/**
 * Implements the ports with the APIs of the browser that this code runs in. Nothing of it is read before a port is used.
 *
 * @example const session = createSessionMonitor(browserPorts());
 */
export function browserPorts({
  baseUrl = "/",
  basePath = "/api",
  host,
  ...options
}: BrowserOptions = {}): Ports {
  const request: typeof fetch = (input, init) => (options.fetch ?? fetch)(input, init);
  const open = () => {
    const { origin } = location;
    const base = new URL(baseUrl, origin).href.replace(/\/+$/, "");
    const name = `curfew ${base}${basePath === "/api" ? "" : `/${basePath}`}`;
    // Of versions that did not name what they stored after the server.
    const stored = name === `curfew ${origin}` && tabStorage.get("curfew");
    if (stored) {
      tabStorage.set(name, stored);
      tabStorage.remove("curfew");
    }
    return {
      name,
      // The routes are named after the default.
      url: (path: string) => base + basePath + path.slice(4),
      channel: tabChannel(name),
      locks: navigator.locks ?? null,
    };
  };
  let opened: ReturnType<typeof open> | undefined;
  const page = () => {
    opened ??= open();
    return opened;
  };
  return {
    get name() {
      return page().name;
    },
    clock: { monotonic: () => performance.now(), wall: () => Date.now() },
    after,
    random: () => Math.random(),
    fetch: (path, init) => fetchWithTimeout(page().url(path), init, request),
    isOwn(url) {
      const { origin } = new URL(url, document.baseURI);
      return origin === location.origin || origin === new URL(page().url("")).origin;
    },
    request,
    proof: async (htm, path, nowMs, nonce) =>
      host ? null : prove(page().name, { htm, htu: page().url(path), iat: Math.floor(nowMs / 1000), nonce }),
    get channel() {
      return page().channel;
    },
    get locks() {
      return page().locks;
    },
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

/** Fetches with cookies, without redirects, and with a timeout of a minute, body included; streams and downloads (those with `Accept`) have none. */
export function fetchWithTimeout(
  url: string,
  init: RequestInit,
  request: typeof fetch = fetch,
): Promise<Response> {
  const { signal = null } = new Headers(init.headers).has("Accept")
    ? init
    : { signal: AbortSignal.timeout(CALL_TIMEOUT_MS) };
  return request(url, { ...init, credentials: "include", redirect: "error", signal });
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
