import { CurfewError, isCurfewError } from "@curfew/core";
import type { CurfewHandler, Current } from "@curfew/http";
import { APIError } from "better-auth/api";

/** A session that is over, as `CurfewHandler.current` tells it. */
export type Ended = Extract<Current, { state: "ended" }>;

/** How a governed session ended; null if the error says something else. */
export function endIn(error: unknown): Ended | null {
  return isCurfewError(error, "session_expired") || isCurfewError(error, "session_revoked")
    ? { state: "ended", code: error.code, ...error.details }
    : null;
}

/** The 401 of a session that is over: `{code, message, reason, ended_at}`. */
export function refusalOf(sessions: Pick<CurfewHandler, "problem">, ended: Ended): Promise<APIError> {
  const { code, reason, endedAt } = ended;
  return toApiError(sessions, new CurfewError(code, { reason, endedAt } as never)) as Promise<APIError>;
}

const STATUS = { 401: "UNAUTHORIZED", 403: "FORBIDDEN", 500: "INTERNAL_SERVER_ERROR" } as const;

/** An error of Curfew as better-auth answers errors; any other error as it is. */
export async function toApiError(sessions: Pick<CurfewHandler, "problem">, error: unknown): Promise<unknown> {
  const problem = sessions.problem(error);
  if (problem === null) return error;
  const { code, detail, reason, ended_at } = (await problem.json()) as {
    code: string;
    detail: string;
    reason?: string;
    ended_at?: string;
  };
  const status = STATUS[problem.status as keyof typeof STATUS] ?? "SERVICE_UNAVAILABLE";
  return new APIError(status, {
    code,
    message: detail,
    ...(reason === undefined ? {} : { reason, ended_at }),
  });
}
