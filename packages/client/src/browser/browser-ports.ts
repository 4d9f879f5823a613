import { orNull } from "../or-null.js";
import { CALL_TIMEOUT_MS } from "../session/durations.js";
import type { Ports } from "../session/ports.js";
import { prove } from "./dpop.js";
import { isVisible, onActivity, onLeave, onReturn } from "./page-events.js";

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
  const base = (): string => new URL(baseUrl, location.origin).href.replace(/\/+$/, "");
  // The routes are named after the default.
  const urlOf = (path: string): string => base() + basePath + path.slice(4);
  let channel: Ports["channel"] | undefined;
  const ports: Ports = {
    get name() {
      return `curfew ${base()}${basePath === "/api" ? "" : `/${basePath}`}`;
    },
    clock: { monotonic: () => performance.now(), wall: () => Date.now() },
    after,
    random: Math.random,
    fetch: (path, init) => fetchWithTimeout(urlOf(path), init, request),
    isOwn: (url) => [location.origin, new URL(base()).origin].includes(new URL(url, document.baseURI).origin),
    request,
    proof: async (htm, path, nowMs, nonce) =>
      host ? null : prove(ports.name, { htm, htu: urlOf(path), iat: Math.floor(nowMs / 1000), nonce }),
    get channel() {
      channel ??= orNull(() => new BroadcastChannel(ports.name));
      return channel;
    },
    get locks() {
      return navigator.locks;
    },
    storage: (use) =>
      orNull(() => {
        // Of earlier versions, for every server; it holds a user's name.
        localStorage.removeItem("curfew");
        return use(localStorage);
      }),
    onActivity,
    visible: isVisible,
    onReturn,
    onLeave,
  };
  return ports;
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

/**
 * Fetches with cookies, without redirects, and with a timeout of a minute, body included. Streams and downloads, which have `Accept`,
 * have no timeout.
 */
export function fetchWithTimeout(url: string, init: RequestInit, request: typeof fetch): Promise<Response> {
  const { signal = null } = new Headers(init.headers).has("Accept")
    ? init
    : { signal: AbortSignal.timeout(CALL_TIMEOUT_MS) };
  return request(url, { ...init, credentials: "include", redirect: "error", signal });
}
