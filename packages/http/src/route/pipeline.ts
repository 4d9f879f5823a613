import type { Context } from "hono";
import { checkOrigin } from "../headers/origins.js";
import type { Http } from "../http.js";
import { answerProblem } from "../problem/answer.js";
import { problemOf } from "../problem/from-error.js";
import { HttpProblem } from "../problem/http-problem.js";
import { readUuid } from "../wire/fields.js";
import { authenticate } from "./authenticate.js";
import { checkFields } from "./check-fields.js";
import type { Answer, Route, RouteContext } from "./define.js";
import { guardBody } from "./guard-body.js";
import { readBody, readQuery } from "./read-input.js";

/**
 * Runs one call of a route. The checks run in the order of the API contract: origin, rate limit, token, role, body and
 * query, ids in the path; then the handler. It never throws.
 */
export async function runRoute(http: Http, route: Route, c: Context): Promise<Response> {
  const headers = http.apiHeaders(c);
  try {
    const answer = await route.handler(await checkCall(http, route, c));
    return respond(http, c, answer, headers);
  } catch (error) {
    return refuse(http, c, error, headers, route.auth !== "none");
  }
}

async function checkCall(http: Http, route: Route, c: Context): Promise<RouteContext> {
  if (route.cookies === true) checkOrigin(c, http.origins);
  const ip = http.clientIp(c);
  await route.rateLimit?.({ c, ip });
  const identity = route.auth === "none" ? null : await authenticate(http.curfew, c);
  if (route.auth === "owner" && identity?.role !== "owner") throw new HttpProblem("forbidden");
  const body = route.body === undefined ? {} : checkFields(route.body, await readBody(c));
  const query = route.query === undefined ? {} : checkFields(route.query, readQuery(c, route.query));
  return { c, ip, identity, body, query, params: readPathIds(http, route, c) };
}

function readPathIds(http: Http, route: Route, c: Context): Readonly<Record<string, string>> {
  const readId = route.pathIds === "user" ? http.readUserId : readUuid;
  const ids: Record<string, string> = {};
  for (const [name, text] of Object.entries(c.req.param() as Record<string, string>)) {
    const id = readId(text);
    if (id === null) throw new HttpProblem("not_found");
    ids[name] = id;
  }
  return ids;
}

function respond(
  http: Http,
  c: Context,
  answer: Answer | Response,
  headers: Readonly<Record<string, string>>,
): Response {
  if (answer instanceof Response) {
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
 * Answers an error as a problem. An unexpected error is reported to the host, and the client gets `internal_error`.
 *
 * @param requiresToken the route requires an access token, which shapes the challenge of a 401
 */
export function refuse(
  http: Http,
  c: Context,
  error: unknown,
  headers: Readonly<Record<string, string>>,
  requiresToken: boolean,
): Response {
  const problem = problemOf(error) ?? new HttpProblem("internal_error", { cause: error });
  if (problem.code === "internal_error") http.reportError(error, c);
  return answerProblem(problem, {
    headers,
    bearerGiven: requiresToken && c.req.header("authorization") !== undefined,
    nonce: () => http.nonce(),
  });
}
