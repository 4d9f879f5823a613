import { CurfewProblem, type ProblemDetails } from "./problem.js";

/** What a problem that is not Curfew's counts as, a proxy's page, say: no verdict on the session, nor on what was asked. */
const codeOf = (status: number): ProblemDetails["code"] => {
  if (status === 0) return "unreachable";
  if (status === 429) return "rate_limited";
  return status < 500 ? "bad_request" : "unavailable";
};

/** Turns an answer that is no success into what the call rejects with (RFC 9457); an error's response is one that did not come. */
export async function readProblem(response: Response): Promise<CurfewProblem> {
  const { status, headers } = response;
  const isOurs = headers.get("Content-Type")?.includes("problem+json");
  return new CurfewProblem({
    code: codeOf(status),
    detail: `No answer from Curfew (status ${status}).`,
    errors: [],
    ...(isOurs &&
      ((await response
        .clone()
        .json()
        .catch(() => ({}))) as Partial<ProblemDetails>)),
    status,
    // A date (RFC 9110 §10.2.3), which Curfew never sends, counts as none.
    retryAfterMs: Math.max(0, Number(headers.get("Retry-After")) * 1000) || undefined,
  });
}

/** What a call rejects with where no answer came. */
export const unreachable = (): Promise<CurfewProblem> => readProblem(Response.error());
