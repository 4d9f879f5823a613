/** What a session's state must be, judged by the responses so far. Times are milliseconds since the Unix epoch. */
export type ExpectedState =
  | { readonly state: "live" }
  /** A request that would end the session was sent and has not been answered yet. */
  | { readonly state: "uncertain"; readonly reason: string }
  | {
      readonly state: "ended";
      readonly reason: string;
      /** When the response to the request that ended the session arrived. */
      readonly confirmedAt: number;
      /** The index of the replica that sent that response. */
      readonly endedBy: number;
    };

/** A response to a request that presented a session's token. */
export interface ObservedResponse {
  readonly kind: "call" | "refresh";
  /** The index of the replica that responded. */
  readonly replica: number;
  /** The replica can't have judged the token before this time. */
  readonly decidedAfter: number;
  readonly status: number;
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * Describes how a response contradicts the expected state; null if it doesn't.
 *
 * @param boundMs how long after its end a session's access token may still be accepted. It applies to the replicas that did
 *   not end the session; a refresh reads the database, so it is never granted late
 */
export function violationOf(
  expected: ExpectedState,
  observed: ObservedResponse,
  boundMs: number,
): string | null {
  const { status, code, reason } = observed;
  if (status === 503 && code === "unavailable") return null;
  if (status === 200) return acceptanceViolation(expected, observed, boundMs);
  const description =
    `${observed.kind} at replica ${observed.replica}: ${status} ${code ?? ""} ${reason ?? ""}`.trim();
  if (status !== 401 || expected.state === "live")
    return `a session that is ${expected.state} was refused, ${description}`;
  if (code === "session_revoked" && reason === expected.reason) return null;
  // An expired access token gets `token_expired`, whatever happened to its session.
  if (code === "token_expired" && observed.kind === "call") return null;
  return `a session that ended as ${expected.reason} was refused for another reason, ${description}`;
}

function acceptanceViolation(
  expected: ExpectedState,
  observed: ObservedResponse,
  boundMs: number,
): string | null {
  if (expected.state !== "ended") return null;
  const allowedMs = observed.kind === "refresh" || observed.replica === expected.endedBy ? 0 : boundMs;
  const lateMs = observed.decidedAfter - expected.confirmedAt;
  return lateMs > allowedMs
    ? `an ended session was accepted, ${observed.kind} at replica ${observed.replica}, ${lateMs} ms after the response of replica ${expected.endedBy}`
    : null;
}
