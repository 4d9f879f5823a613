import type { OpenGoverned } from "@curfew/core";
import type { Call } from "../call.js";
import { assembleHttp, type Http, type HttpOptions } from "../http.js";
import { logError } from "../log-error.js";
import { type Authenticate, byAccessToken, byHostSession } from "../route/authenticate.js";
import type { Route } from "../route/define.js";
import { curfewRoutes } from "../routes/curfew-routes.js";
import { hostRoutes } from "../routes/host-routes.js";
import { type Callers, callersByHostSession, callersByToken } from "./callers.js";
import { createHostSessions } from "./host-sessions.js";
import { createOutageReport } from "./outages.js";
import type { HandlerOptions, HostOptions } from "./types.js";

/** What differs between the two ways to authenticate. */
export interface HandlerService {
  readonly http: Http;
  readonly routes: readonly Route[];
  readonly callers: Callers;
}

/** Sessions that Curfew issues. */
export function serveTokens(options: HandlerOptions): HandlerService {
  const authenticate = byAccessToken(options.curfew);
  const http = assembleHttp(httpOptions(options), handlerKind(options, authenticate));
  return { http, routes: curfewRoutes(http), callers: callersByToken(http) };
}

/**
 * Sessions that the host issues.
 *
 * @param isOwnRoute whether a path is one of Curfew's routes
 * @throws TypeError if `activity` is missing
 */
export function serveHostSessions(
  options: HostOptions<unknown>,
  isOwnRoute: (path: string) => boolean,
): HandlerService {
  const { curfew, activity } = options;
  if (activity !== "reported" && activity !== "requests")
    throw new TypeError('activity must be "reported" or "requests" where hostSession is given');
  const sessions = createHostSessions({
    curfew,
    hostSession: (request, native) => options.hostSession(request, native),
    deviceOf: (c) => http.device(c),
    reportError: (error, c) => http.reportError(error, c),
  });
  const said = new WeakMap<Call, OpenGoverned>();
  const authenticate = byHostSession(sessions, () => http.trusted, said);
  const http: Http = {
    ...assembleHttp(httpOptions(options), handlerKind(options, authenticate)),
    // The cookie is the host's.
    cookieAfter: () => ({}),
  };
  return {
    http,
    routes: hostRoutes(http, { sessions, said, onSignOut: options.onSignOut?.bind(options) }),
    callers: callersByHostSession(http, sessions, activity, isOwnRoute),
  };
}

const handlerKind = (options: HandlerOptions, authenticate: Authenticate) => ({
  byHand: true,
  authenticate,
  reportOutage: createOutageReport(options.curfew, reportTo(options)),
});

/** Where errors of a host go. */
const reportTo =
  (options: HandlerOptions) =>
  (error: unknown, { req, env }: Call): void =>
    options.onError === undefined ? logError(error) : options.onError(error, req.raw, env);

function httpOptions(options: HandlerOptions): HttpOptions {
  const { curfew, publicUrl, secrets, allowedOrigins, cookie, hstsSubdomains, scheduler } = options;
  return {
    curfew,
    publicUrl,
    secrets,
    accountName: (accountId) => options.accountName(accountId),
    onError: reportTo(options),
    ...(allowedOrigins === undefined ? {} : { allowedOrigins }),
    ...(cookie === undefined ? {} : { cookie }),
    ...(hstsSubdomains === undefined ? {} : { hstsSubdomains }),
    ...(scheduler === undefined ? {} : { scheduler }),
    ...(options.clientIp === undefined
      ? {}
      : { clientIp: ({ req, env }: Call) => options.clientIp?.(req.raw, env) ?? null }),
  };
}
