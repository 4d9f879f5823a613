import type { Env, Handler, MiddlewareHandler } from "hono";
import type { RequireOptions } from "./handler/create-handler.js";
import {
  requireSession as requireUntyped,
  type SessionEnv,
  type SessionHandler,
  type SessionSource,
} from "./route/require-session.js";

export { mountApiNotFound, mountRoutes } from "./route/mount.js";
export type { SessionEnv } from "./route/require-session.js";

/**
 * `requireSession` of `@curfew/http` with Hono's own types, so that handlers know `c.var.identity`.
 *
 * @typeParam OwnEnv the host's own variables
 * @example app.get("/notes", requireSession(sessions, (c) => c.json({ by: c.var.identity.userId })));
 */
export function requireSession(
  source: SessionSource,
  options?: RequireOptions,
): MiddlewareHandler<SessionEnv>;
export function requireSession<OwnEnv extends Env = SessionEnv>(
  source: SessionSource,
  handle: Handler<OwnEnv & SessionEnv>,
  options?: RequireOptions,
): Handler<OwnEnv & SessionEnv>;
export function requireSession(
  source: SessionSource,
  first?: unknown,
  second?: RequireOptions,
): MiddlewareHandler<SessionEnv> {
  return requireUntyped(source, first as SessionHandler, second) as unknown as MiddlewareHandler<SessionEnv>;
}
