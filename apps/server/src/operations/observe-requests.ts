import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Log, LogSeverity } from "./log.js";
import type { Metrics } from "./metrics.js";

export interface RequestEnv {
  /** The request's id in the log. */
  Variables: { requestId: string };
}

/**
 * Counts and logs every request by its route pattern: server errors at `warn`, all others at `debug`. The answer of a server
 * error carries the id that the request is logged with.
 *
 * @param monotonic a monotonic clock in milliseconds
 */
export function observeRequests(
  log: Log,
  metrics: Pick<Metrics, "countRequest">,
  monotonic: () => number,
): MiddlewareHandler<RequestEnv> {
  return async (c, next) => {
    const startedAt = monotonic();
    const requestId = crypto.randomUUID();
    c.set("requestId", requestId);
    await next();
    const { method } = c.req.raw;
    const { status } = c.res;
    const route = patternOf(routePath(c));
    const durationMs = monotonic() - startedAt;
    const isServerError = status >= 500;
    if (isServerError) c.res.headers.set("X-Request-Id", requestId);
    metrics.countRequest({ method, route, status, durationSeconds: durationMs / 1000 });
    const severity: LogSeverity = isServerError ? "warn" : "debug";
    log(severity, "request", {
      requestId,
      method,
      route,
      status,
      durationMs: Math.round(durationMs * 10) / 10,
    });
  };
}

/** The pattern as in the OpenAPI document: `/api/users/me/sessions/{id}`. */
const patternOf = (path: string): string => path.replaceAll(/:(\w+)/g, "{$1}");
