import { PROBLEMS, type ProblemCode } from "../problem/http-problem.js";
import type { Route } from "../route/define.js";

/** Every code that a route can answer with: its own, and those of the checks that stand before it. */
export function problemsOf(route: Route): readonly ProblemCode[] {
  const codes = new Set<ProblemCode>(route.errors ?? []);
  const add = (condition: boolean, ...more: readonly ProblemCode[]): void => {
    if (condition) for (const code of more) codes.add(code);
  };
  add(route.path.startsWith("/api/"), "unavailable");
  add(route.cookies === true, "cross_origin");
  add(route.rateLimit !== undefined, "rate_limited");
  add(route.auth !== "none", "unauthenticated", "token_expired", "session_revoked");
  add(route.auth === "owner", "forbidden");
  add(route.body !== undefined, "too_large", "unsupported_media_type", "bad_request");
  add(route.body !== undefined || route.query !== undefined, "validation_failed");
  add(route.path.includes("{"), "not_found");
  return [...codes];
}

/** The codes by their status, in its order. */
export function byStatus(codes: readonly ProblemCode[]): ReadonlyMap<number, readonly ProblemCode[]> {
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b);
  return new Map(
    statuses.map((status) => [status, codes.filter((code) => PROBLEMS[code].status === status)]),
  );
}
