export { isLoopback } from "./headers/origins.js";
export type { CookieOptions, SameSite } from "./headers/refresh-cookie.js";
export { OPENER_POLICY, pageHeaders, securityHeaders, withSecurityHeaders } from "./headers/security.js";
export { createHttp, type Http, type HttpOptions } from "./http.js";
export { lazily } from "./lazily.js";
export type { OpenStreams } from "./open-streams.js";
export { openApiRoute } from "./openapi/route.js";
export { pageOf, pageQuery, positionOf, searchOf, searchQuery } from "./paging.js";
export { answerProblem, type ProblemContext } from "./problem/answer.js";
export {
  type Fault,
  type FaultCode,
  fieldProblem,
  HttpProblem,
  PROBLEMS,
  type ProblemCode,
  type ProblemOptions,
} from "./problem/http-problem.js";
export { actorOf, requireSession, type SessionEnv } from "./route/authenticate.js";
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
export { curfewRoutes } from "./routes/curfew-routes.js";
export { streamText } from "./stream-text.js";
export { integer, integerInQuery, wireTime, wireTimeOrNull } from "./wire/fields.js";
export { grantSchema, type Transport, transportField } from "./wire/grant.js";
export { wirePerson, wireSession, wireUser } from "./wire/session.js";
