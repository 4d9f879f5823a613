import { CurfewProblem, type ProblemDetails } from "./problem.js";

/** What stands for a problem whose body tells no code: a proxy's page, say. Its 401 is no verdict on the session. */
const CODE_BY_STATUS: Readonly<Record<number, ProblemDetails["code"]>> = {
  403: "forbidden",
  404: "not_found",
  429: "rate_limited",
};

/** Reads `Retry-After` (RFC 9110 §10.2.3), seconds or a date, in milliseconds from now. */
function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get("Retry-After");
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Turns an answer that is no success into what the call rejects with (RFC 9457). */
export async function readProblem(response: Response): Promise<CurfewProblem> {
  const { status, headers } = response;
  const body = (await response.json().catch(() => null)) as Partial<ProblemDetails> | null;
  const waitMs = retryAfterMs(headers);
  return new CurfewProblem({
    errors: [],
    detail: `The server answered ${status}.`,
    ...body,
    code: body?.code ?? CODE_BY_STATUS[status] ?? (status >= 500 ? "unavailable" : "bad_request"),
    status,
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
  });
}

/** What a call rejects with where no answer came. */
export const unreachable = (): CurfewProblem =>
  new CurfewProblem({ code: "unreachable", status: 0, detail: "The server can't be reached.", errors: [] });
