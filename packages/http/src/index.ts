export type { Call } from "./call.js";
export { type CurfewHandler, createHandler, type RequireOptions } from "./handler/create-handler.js";
export type { Current, HandlerOptions, SignIn, SignInOptions } from "./handler/types.js";
export { isLoopback } from "./headers/origins.js";
export type { CookieOptions, SameSite } from "./headers/refresh-cookie.js";
export { OPENER_POLICY, pageHeaders, securityHeaders, withSecurityHeaders } from "./headers/security.js";
export { createHttp, type Http, type HttpOptions } from "./http.js";
export { lazily } from "./lazily.js";
export type { OpenStreams } from "./open-streams.js";
export { openApiRoute } from "./openapi/route.js";
export { positionOf, searchFilter, searchOf } from "./paging.js";
export { answerProblem, type ProblemContext } from "./problem/answer.js";
export { problemOf } from "./problem/from-error.js";
export {
  type Fault,
  type FaultCode,
  fieldProblem,
  HttpProblem,
  isHttpProblem,
  PROBLEMS,
  type ProblemCode,
  type ProblemOptions,
} from "./problem/http-problem.js";
export { actorOf } from "./route/authenticate.js";
export {
  type Answer,
  type AuthKind,
  defineRoute,
  type NoFields,
  type RequestHeaderName,
  type ResponseHeaderName,
  type ResponseShape,
  type Route,
  type RouteContext,
  type RouteMethod,
} from "./route/define.js";
export { mountApiNotFound, mountRoutes } from "./route/mount.js";
export { requireSession, type SessionEnv } from "./route/require-session.js";
export { curfewRoutes } from "./routes/curfew-routes.js";
export { streamText } from "./stream-text.js";
export { wireTime, wireTimeOrNull } from "./wire/time.js";
export type { Transport } from "./wire/transport.js";
