import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Log, LogSeverity } from "./log.js";
import type { Metrics } from "./metrics.js";

/** What a request is known by in the log. */
export interface RequestEnv {
  Variables: { requestId: string };
}

/**
 * Counts every request and logs it by its pattern: at debug where it was answered, also with a refusal, at warn where it
 * could not be. The answer of such a one carries the id that it is logged by.
 *
 * @param monotonic milliseconds on a clock that only runs forward
 */
export function observeRequests(
  log: Log,
  metrics: Pick<Metrics, "answered">,
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
    const failed = status >= 500;
    if (failed) c.res.headers.set("X-Request-Id", requestId);
    metrics.answered({ method, route, status, durationSeconds: durationMs / 1000 });
    const severity: LogSeverity = failed ? "warn" : "debug";
    log(severity, "request", {
      requestId,
      method,
      route,
      status,
      durationMs: Math.round(durationMs * 10) / 10,
    });
  };
}

/** As the contract writes it: `/api/users/me/sessions/{id}`. */
const patternOf = (path: string): string => path.replaceAll(/:(\w+)/g, "{$1}");
