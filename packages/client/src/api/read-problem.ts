import { CurfewProblem, type ProblemDetails } from "./problem.js";

/** What a problem that is not Curfew's counts as, a proxy's page, say: its 401 is no verdict on the session. */
const codeOf = (status: number): ProblemDetails["code"] => {
  if (status === 403) return "forbidden";
  if (status === 404) return "not_found";
  if (status === 429) return "rate_limited";
  return status < 500 ? "bad_request" : "unavailable";
};

/** Reads `Retry-After` (RFC 9110 §10.2.3), seconds or a date, in milliseconds; the answer's own date says what is now. */
function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get("Retry-After") ?? "";
  const answeredAt = Date.parse(headers.get("Date") ?? "") || Date.now();
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - answeredAt;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Turns an answer that is no success into what the call rejects with (RFC 9457). */
export async function readProblem(response: Response): Promise<CurfewProblem> {
  const { status, headers } = response;
  const isOurs = headers.get("Content-Type")?.startsWith("application/problem+json");
  return new CurfewProblem({
    code: codeOf(status),
    detail: `The server answered ${status}.`,
    errors: [],
    ...(isOurs && ((await response.json().catch(() => ({}))) as Partial<ProblemDetails>)),
    status,
    retryAfterMs: retryAfterMs(headers),
  });
}

/** What a call rejects with where no answer came. */
export const unreachable = (): CurfewProblem =>
  new CurfewProblem({ code: "unreachable", status: 0, detail: "The server can't be reached.", errors: [] });
