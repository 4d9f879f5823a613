export type { Http, HttpOptions, Transport } from "./http.js";
export { PROBLEMS, type ProblemCode } from "./problem/codes.js";
export {
  type Fault,
  type FaultCode,
  fieldProblem,
  HttpProblem,
  type ProblemOptions,
} from "./problem/error.js";
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
