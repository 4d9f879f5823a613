import type { MiddlewareHandler } from "hono";
import { requireSession as createMiddleware, type SessionEnv } from "./route/require-session.js";

export { mountApiNotFound, mountRoutes } from "./route/mount.js";
export type { SessionEnv } from "./route/require-session.js";

/**
 * `requireSession` of `@curfew/http` with Hono's own types, so that the handlers after it know `c.var.identity`.
 *
 * @example app.get("/notes", requireSession(sessions), (c) => c.json({ by: c.var.identity.userId }));
 */
export const requireSession = (
  ...parameters: Parameters<typeof createMiddleware>
): MiddlewareHandler<SessionEnv> =>
  createMiddleware(...parameters) as unknown as MiddlewareHandler<SessionEnv>;
