import { isHttpProblem } from "./problem/http-problem.js";

/** Writes an unexpected error where a server's errors go, for a host that takes none: what callers are answered does not tell the cause. */
export function logError(error: unknown): void {
  // A problem says what callers are told. Its cause says what is wrong.
  const cause = isHttpProblem(error) ? (error.cause ?? error) : error;
  // biome-ignore lint/suspicious/noConsole: a library has no other log, and a 503 does not tell its cause
  console.error("Curfew:", cause);
}
