import type { Context, Env, Hono } from "hono";
import { PREFLIGHT_HEADERS } from "../headers/cors.js";
import type { Http } from "../http.js";
import { HttpProblem } from "../problem/http-problem.js";
import type { Route } from "./define.js";
import { refuse, runRoute } from "./pipeline.js";

/**
 * Puts routes on a Hono app; another method on one of their paths is a 405 with `Allow` (RFC 9110 §15.5.6).
 *
 * All routes of one path belong in one call.
 *
 * @example mountRoutes(app, [...curfewRoutes(http), ...ownRoutes], http);
 */
export function mountRoutes<E extends Env>(app: Hono<E>, routes: readonly Route[], http: Http): void {
  for (const [path, methods] of byPath(routes))
    app.all(path.replaceAll(/\{(\w+)\}/g, ":$1"), (c: Context) => dispatch(http, methods, c));
}

/**
 * Answers what is left under `/api` as a 404 problem. Mount it after every route of the app's own.
 */
export function mountApiNotFound<E extends Env>(app: Hono<E>, http: Http): void {
  const answer = (c: Context): Response =>
    refuse(
      http,
      c,
      new HttpProblem("not_found", { detail: "There is no such path." }),
      http.apiHeaders(c),
      false,
    );
  app.all("/api", answer);
  app.all("/api/*", answer);
}

type Methods = ReadonlyMap<string, Route>;

/** Paths of words before those with ids, so that a word is never taken for one. */
function byPath(routes: readonly Route[]): [string, Methods][] {
  const paths = new Map<string, Map<string, Route>>();
  for (const route of routes) {
    const methods = paths.get(route.path) ?? new Map<string, Route>();
    if (methods.has(route.method)) throw new TypeError(`${route.method} ${route.path} is there twice`);
    paths.set(route.path, methods.set(route.method, route));
  }
  const idsIn = (path: string): number => path.split("{").length;
  return [...paths].sort(([one], [other]) => idsIn(one) - idsIn(other));
}

function dispatch(http: Http, methods: Methods, c: Context): Response | Promise<Response> {
  const { method } = c.req.raw;
  const route = methods.get(method === "HEAD" ? "GET" : method);
  if (route !== undefined) return runRoute(http, route, c);
  const headers = { ...http.apiHeaders(c), Allow: allowed(methods) };
  if (method === "OPTIONS") return answerOptions(headers);
  return refuse(http, c, new HttpProblem("method_not_allowed"), headers, false);
}

function allowed(methods: Methods): string {
  const names = [...methods.keys()].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  return [...names, "OPTIONS"].join(", ");
}

/** A preflight of an allowed origin learns what it may send; everybody else, which methods there are. */
function answerOptions(headers: Readonly<Record<string, string>>): Response {
  const permitted = "Access-Control-Allow-Origin" in headers ? PREFLIGHT_HEADERS : {};
  return new Response(null, { status: 204, headers: { ...headers, ...permitted } });
}
