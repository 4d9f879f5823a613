import { type BrowserOptions, browserPorts } from "./browser/browser-ports.js";
import { createSessionMonitor, type SessionOptions } from "./session/create-session-monitor.js";
import type { CurfewSession } from "./session/model.js";

/** Options of `createCurfewSession`. */
export interface CurfewSessionOptions extends BrowserOptions, SessionOptions {}

/**
 * Creates this browser's session, shared by all of its tabs. It is idle until `start()` is called: at the top of a module that
 * a server loads too it does nothing.
 *
 * @example const session = createCurfewSession(); session.subscribe(render); session.start();
 */
export const createCurfewSession = (options: CurfewSessionOptions = {}): CurfewSession =>
  createSessionMonitor(browserPorts(options), options);
