import type { z } from "zod";
import type { Call } from "../call.js";
import { checkOrigin, PREFLIGHT_HEADERS } from "../headers/origins.js";
import type { Http } from "../http.js";
import { answerProblem } from "../problem/answer.js";
import { problemOf } from "../problem/from-error.js";
import { HttpProblem } from "../problem/http-problem.js";
import { readUuid } from "../wire/ids.js";
import { checkFields } from "./check-fields.js";
import type { Answer, FieldsSchema, Route, RouteContext } from "./define.js";
import { guardBody } from "./guard-body.js";
import { readBody, readQuery } from "./read-input.js";
import type { Found, Methods } from "./router.js";

/** Answers a call of a path that has routes. It never throws. */
export function dispatch(http: Http, { methods, params }: Found, c: Call): Response | Promise<Response> {
  const { method } = c.req.raw;
  const route = methods.get(method === "HEAD" ? "GET" : method);
  if (route !== undefined) return runRoute(http, route, c, params);
  const headers = { ...http.apiHeaders(c), Allow: allowHeader(methods) };
  if (method === "OPTIONS") return answerOptions(headers);
  return refuse(http, c, new HttpProblem("method_not_allowed"), headers, false);
}

/** Answers a call of a path that has none. */
export const answerNotFound = (http: Http, c: Call): Response =>
  refuse(
    http,
    c,
    new HttpProblem("not_found", { detail: "No API endpoint has this path." }),
    http.apiHeaders(c),
    false,
  );

function allowHeader(methods: Methods): string {
  const names = [...methods.keys()].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  return [...names, "OPTIONS"].join(", ");
}

/** Only a preflight from an allowed origin gets the preflight headers. */
function answerOptions(headers: Readonly<Record<string, string>>): Response {
  const preflightHeaders = "Access-Control-Allow-Origin" in headers ? PREFLIGHT_HEADERS : {};
  return new Response(null, { status: 204, headers: { ...headers, ...preflightHeaders } });
}

/**
 * Runs one call of a route. The checks run in the order of the API contract: origin, rate limit, token, role, body and
 * query, ids in the path; then the handler.
 */
async function runRoute(http: Http, route: Route, c: Call, pathTexts: PathTexts): Promise<Response> {
  const headers = http.apiHeaders(c);
  try {
    const answer = await route.handler(await checkCall(http, route, c, pathTexts));
    return respond(http, c, answer, headers);
  } catch (error) {
    return refuse(http, c, error, headers, route.auth !== "none");
  }
}

/** The ids in a path, decoded and unchecked. */
type PathTexts = Found["params"];

async function checkCall(http: Http, route: Route, c: Call, pathTexts: PathTexts): Promise<RouteContext> {
  if (route.cookies === true) checkOrigin(c, http.trusted);
  const ip = http.clientIp(c);
  await route.rateLimit?.({ c, ip });
  const identity = route.auth === "none" ? null : await http.authenticate(c);
  if (route.auth === "owner" && identity?.role !== "owner") throw new HttpProblem("forbidden");
  const body = route.body === undefined ? {} : checkFields(zodOf(route.body), await readBody(c));
  const query =
    route.query === undefined ? {} : checkFields(zodOf(route.query), readQuery(c, route.query.shape));
  return { c, ip, identity, body, query, params: readPathIds(http, route, pathTexts) };
}

/** `FieldsSchema` is what a route's types need of it. */
const zodOf = (fields: FieldsSchema): z.ZodObject => fields as z.ZodObject;

function readPathIds(http: Http, route: Route, pathTexts: PathTexts): Readonly<Record<string, string>> {
  const readId = route.pathIds === "user" ? http.readUserId : readUuid;
  const ids: Record<string, string> = {};
  for (const [name, text] of Object.entries(pathTexts)) {
    const id = readId(text);
    if (id === null) throw new HttpProblem("not_found");
    ids[name] = id;
  }
  return ids;
}

/** By its shape: servers and bundlers replace the global class. */
const isResponse = (answer: Answer | Response): answer is Response =>
  typeof (answer as Partial<Response>).arrayBuffer === "function";

/** Answers what a handler returned. */
export function respond(
  http: Http,
  c: Call,
  answer: Answer | Response,
  headers: Readonly<Record<string, string>>,
): Response {
  if (isResponse(answer)) {
    for (const [name, value] of Object.entries(headers))
      if (!answer.headers.has(name)) answer.headers.set(name, value);
    // The answer to HEAD has no body (RFC 9110 §9.3.2). An event stream would stay open without a reader.
    if (c.req.raw.method === "HEAD") void answer.body?.cancel();
    else if (answer.body !== null) return new Response(guardBody(http, c, answer.body), answer);
    return answer;
  }
  if (answer.body === undefined)
    return new Response(null, { status: answer.status, headers: { ...headers, ...answer.headers } });
  return new Response(JSON.stringify(answer.body), {
    status: answer.status,
    headers: { ...headers, "Content-Type": "application/json", ...answer.headers },
  });
}

/**
 * Answers an error as a problem. An unexpected error is reported to the host, and the client gets `internal_error`. A
 * database that can't answer is reported, too.
 *
 * @param requiresToken the route requires an access token, which shapes the challenge of a 401
 */
export function refuse(
  http: Http,
  c: Call,
  error: unknown,
  headers: Readonly<Record<string, string>>,
  requiresToken: boolean,
): Response {
  const problem = problemOf(error) ?? new HttpProblem("internal_error", { cause: error });
  if (problem.code === "internal_error") http.reportError(error, c);
  else http.reportOutage(error, c);
  return answerProblem(problem, {
    headers,
    bearerGiven: requiresToken && c.req.header("authorization") !== undefined,
    nonce: () => http.nonce(),
  });
}
