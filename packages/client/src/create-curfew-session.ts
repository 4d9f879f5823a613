import { browserPorts } from "./browser/browser-ports.js";
import { createSessionMonitor } from "./session/create-session-monitor.js";
import type { CurfewSession } from "./session/model.js";

/** Options of `createCurfewSession`. */
export interface CurfewSessionOptions {
  /** The server's origin, if it differs from the page's; the server must allow the page's (`CURFEW_ALLOWED_ORIGINS`). */
  baseUrl?: string;
  /** How many seconds before a deadline to warn; default 300. */
  warningSeconds?: number;
}

/**
 * Creates this browser's session, shared by all of its tabs. It is idle until `start()` is called.
 *
 * @example const session = createCurfewSession(); session.subscribe(render); session.start();
 */
export const createCurfewSession = (options: CurfewSessionOptions = {}): CurfewSession =>
  createSessionMonitor(browserPorts(options), options);
