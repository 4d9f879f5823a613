import { browserPorts } from "./browser/browser-ports.js";
import { createSessionMonitor } from "./session/create-session-monitor.js";
import type { CurfewSession } from "./session/model.js";

/** Where the server is, and when to warn. */
export interface CurfewSessionOptions {
  /** The server's origin, where it is not the page's; the server must allow the page's (`CURFEW_ALLOWED_ORIGINS`). */
  baseUrl?: string;
  /** How long before a deadline to warn, in seconds; 300 unless told. */
  warningSeconds?: number;
}

/**
 * Makes the session of this browser, one for all of its tabs. It does nothing until it is begun.
 *
 * @example const session = createCurfewSession(); session.subscribe(render); session.start();
 */
export const createCurfewSession = (options: CurfewSessionOptions = {}): CurfewSession =>
  createSessionMonitor(browserPorts(options), options);
