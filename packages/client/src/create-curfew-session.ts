import { browserPorts } from "./browser/browser-ports.js";
import { createSessionMonitor, type SessionOptions } from "./session/create-session-monitor.js";
import type { CurfewSession } from "./session/model.js";

/** Options of `createCurfewSession`. */
export interface CurfewSessionOptions extends SessionOptions {
  /**
   * Where the server's `/api` stands, if not at the root of the page's origin: a path, or a URL with or without one. Sessions
   * of other base URLs are kept apart. A server of another origin must allow the page's (`CURFEW_ALLOWED_ORIGINS`).
   */
  baseUrl?: string;
}

/**
 * Creates this browser's session, shared by all of its tabs. It is idle until `start()` is called.
 *
 * @example const session = createCurfewSession(); session.subscribe(render); session.start();
 */
export const createCurfewSession = (options: CurfewSessionOptions = {}): CurfewSession =>
  createSessionMonitor(browserPorts(options), options);
