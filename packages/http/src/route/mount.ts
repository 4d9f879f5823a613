import type { Call } from "../call.js";
import type { Http } from "../http.js";
import type { Route } from "./define.js";
import { answerNotFound, dispatch } from "./pipeline.js";
import { groupByPath } from "./router.js";

/** Hono's context, as far as routes need it. */
export interface HonoCall extends Call {
  readonly req: Call["req"] & { param(): Readonly<Record<string, string>> };
}

/** A Hono app, as far as mounting needs it: hosts that use another framework need no Hono for the types. */
export interface HonoApp {
  all(path: string, handler: (c: HonoCall) => Response | Promise<Response>): unknown;
}

/**
 * Mounts routes on a Hono app. Other methods on their paths get a 405 with `Allow` (RFC 9110 §15.5.6), so one call must
 * hold all routes of a path.
 *
 * @example mountRoutes(app, [...curfewRoutes(http), ...ownRoutes], http);
 */
export function mountRoutes(app: HonoApp, routes: readonly Route[], http: Http): void {
  for (const [path, methods] of groupByPath(routes))
    app.all(path.replaceAll(/\{(\w+)\}/g, ":$1"), (c) =>
      dispatch(http, { methods, params: c.req.param() }, c),
    );
}

/** Answers every other path under `/api` with a 404 problem. Mount it after all other routes of the app. */
export function mountApiNotFound(app: HonoApp, http: Http): void {
  app.all("/api", (c) => answerNotFound(http, c));
  app.all("/api/*", (c) => answerNotFound(http, c));
}
