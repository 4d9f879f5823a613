import type { Context, Env, Hono } from "hono";
import { PREFLIGHT_HEADERS } from "../headers/origins.js";
import type { Http } from "../http.js";
import { HttpProblem } from "../problem/http-problem.js";
import type { Route } from "./define.js";
import { refuse, runRoute } from "./pipeline.js";

/**
 * Mounts routes on a Hono app. Other methods on their paths get a 405 with `Allow` (RFC 9110 §15.5.6), so one call must
 * hold all routes of a path.
 *
 * @example mountRoutes(app, [...curfewRoutes(http), ...ownRoutes], http);
 */
export function mountRoutes<E extends Env>(app: Hono<E>, routes: readonly Route[], http: Http): void {
  for (const [path, methods] of groupByPath(routes))
    app.all(path.replaceAll(/\{(\w+)\}/g, ":$1"), (c: Context) => dispatch(http, methods, c));
}

/** Answers every other path under `/api` with a 404 problem. Mount it after all other routes of the app. */
export function mountApiNotFound<E extends Env>(app: Hono<E>, http: Http): void {
  const answer = (c: Context): Response =>
    refuse(
      http,
      c,
      new HttpProblem("not_found", { detail: "No API endpoint has this path." }),
      http.apiHeaders(c),
      false,
    );
  app.all("/api", answer);
  app.all("/api/*", answer);
}

type Methods = ReadonlyMap<string, Route>;

/** Paths with fewer ids come first, so that a fixed segment is never read as an id. */
function groupByPath(routes: readonly Route[]): [string, Methods][] {
  const paths = new Map<string, Map<string, Route>>();
  for (const route of routes) {
    const methods = paths.get(route.path) ?? new Map<string, Route>();
    if (methods.has(route.method)) throw new TypeError(`${route.method} ${route.path} is mounted twice`);
    paths.set(route.path, methods.set(route.method, route));
  }
  const idCount = (path: string): number => path.split("{").length;
  return [...paths].sort(([a], [b]) => idCount(a) - idCount(b));
}

function dispatch(http: Http, methods: Methods, c: Context): Response | Promise<Response> {
  const { method } = c.req.raw;
  const route = methods.get(method === "HEAD" ? "GET" : method);
  if (route !== undefined) return runRoute(http, route, c);
  const headers = { ...http.apiHeaders(c), Allow: allowHeader(methods) };
  if (method === "OPTIONS") return answerOptions(headers);
  return refuse(http, c, new HttpProblem("method_not_allowed"), headers, false);
}

function allowHeader(methods: Methods): string {
  const names = [...methods.keys()].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  return [...names, "OPTIONS"].join(", ");
}

/** Only a preflight from an allowed origin gets the preflight headers. */
function answerOptions(headers: Readonly<Record<string, string>>): Response {
  const preflightHeaders = "Access-Control-Allow-Origin" in headers ? PREFLIGHT_HEADERS : {};
  return new Response(null, { status: 204, headers: { ...headers, ...preflightHeaders } });
}
