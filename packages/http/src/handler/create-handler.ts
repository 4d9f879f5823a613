import type { Identity } from "@curfew/core";
import { createCall, pathOf } from "../call.js";
import { refuseFaultyOptions } from "../check-options.js";
import { answerProblem } from "../problem/answer.js";
import { problemOf } from "../problem/from-error.js";
import { HttpProblem } from "../problem/http-problem.js";
import { answerNotFound, dispatch, refuse, respond } from "../route/pipeline.js";
import { createRouter } from "../route/router.js";
import { currentOf } from "./callers.js";
import { serveHostSessions, serveTokens } from "./services.js";
import { signIn } from "./sign-in.js";
import type { Current, HandlerOptions, SignIn, SignInOptions } from "./types.js";

/** Who may pass a required session. */
export interface RequireOptions {
  /** Refuses other roles. */
  role?: "owner";
  /** Lets a page pass by its refresh cookie alone (GET and HEAD). Without effect where the host issues the sessions. */
  pages?: boolean;
}

/** Curfew's routes, and what a host's own pages and routes ask. `native` is the framework's own request. */
export interface CurfewHandler {
  readonly publicUrl: string;
  /** Answers a call of Curfew's routes, and any other path with a 404 problem. Never throws. */
  handler(request: Request, native?: unknown): Promise<Response>;
  /** Returns whether the path is one of Curfew's routes. */
  handles(request: Request | URL): boolean;
  /** Tells whose request it is. Throws `unavailable`. */
  current(request: Request | Headers, native?: unknown): Promise<Current>;
  /**
   * Identifies the caller of a route that requires a session. Throws what `problem` answers: `cross_origin`, `unauthenticated`,
   * `token_expired`, `session_expired`, `session_revoked`, `forbidden`, `unavailable`.
   */
  require(request: Request, options?: RequireOptions, native?: unknown): Promise<Identity>;
  /** Begins a session, and answers as `POST /api/auth/login`. Throws TypeError where the host issues the sessions. */
  signIn(request: Request, session: SignIn, options?: SignInOptions): Promise<Response>;
  /** Answers a `CurfewError` or an `HttpProblem` as a problem (RFC 9457); null for any other error. */
  problem(error: unknown): Response | null;
  /** Closes the open event streams and begins none: the server is about to stop. */
  close(): void;
}

/**
 * Creates Curfew's routes for any framework, on the web's `Request` and `Response`.
 *
 * @throws TypeError for options that make no sense
 * @example
 * const sessions = createHandler({ curfew, publicUrl, secrets, accountName: () => "Acme" });
 * if (sessions.handles(request)) return sessions.handler(request);
 */
export function createHandler<Native = unknown>(options: HandlerOptions<Native>): CurfewHandler {
  refuseFaultyOptions(options);
  const { basePath = "/api", publicUrl } = options;
  if (!/^(?:\/[^/?#]+)*$/.test(basePath))
    throw new TypeError("basePath must begin with a slash and not end with one");
  // The options' methods get whatever the adapter passes, which is the `Native` that the host has said.
  const given = options as HandlerOptions;
  const { http, routes, callers } =
    given.hostSession === undefined
      ? serveTokens(given)
      : serveHostSessions(given, (path) => find(path) !== null);
  const find = createRouter(routes.map((route) => ({ ...route, path: placeOf(route.path, basePath) })));
  let isStopping = false;
  const fixedHeaders = { ...http.apiHeaders(createCall(new Request(publicUrl))) };

  return {
    publicUrl,
    async handler(request, native) {
      const c = createCall(request, native);
      const found = find(c.req.path);
      const response = found === null ? answerNotFound(http, c) : await dispatch(http, found, c);
      // A page that asks for its stream again and again would keep its connection open for as long (RFC 9112 §9.6).
      if (isStopping) response.headers.set("Connection", "close");
      return response;
    },
    handles: (request) => find("pathname" in request ? request.pathname : pathOf(request.url)) !== null,
    async current(request, native) {
      const c = createCall(requestOf(request, publicUrl), native);
      try {
        return await currentOf(callers, c);
      } catch (error) {
        http.reportOutage(error, c);
        throw error;
      }
    },
    async require(request, { role, pages = false } = {}, native) {
      const c = createCall(request, native);
      try {
        const identity = await callers.require(c, pages);
        if (role === "owner" && identity.role !== "owner") throw new HttpProblem("forbidden");
        return identity;
      } catch (error) {
        http.reportOutage(error, c);
        throw error;
      }
    },
    async signIn(request, session, { transport = "cookie", native } = {}) {
      if (options.hostSession !== undefined) throw new TypeError("the host issues the sessions");
      const c = createCall(request, native);
      try {
        return respond(http, c, await signIn(http, c, session, transport), http.apiHeaders(c));
      } catch (error) {
        return refuse(http, c, error, http.apiHeaders(c), false);
      }
    },
    problem(error) {
      const problem = problemOf(error);
      return (
        problem && answerProblem(problem, { headers: fixedHeaders, bearerGiven: false, nonce: http.nonce })
      );
    },
    close() {
      isStopping = true;
      http.streams.closeAll();
    },
  };
}

/** The contract's paths begin with `/api`; keys have a place of their own (RFC 8615). */
const placeOf = (path: string, basePath: string): string =>
  path.startsWith("/api/") ? `${basePath}${path.slice("/api".length)}` : path;

/** Next.js knows a page's request by its headers alone, which are an object of its own with a property `headers`. */
const requestOf = (request: Request | Headers, url: string): Request =>
  "get" in request ? new Request(url, { headers: [...request] }) : request;
