/** Where a session stands by what was answered so far. Times are in milliseconds since the Unix epoch. */
export type Standing =
  | { readonly state: "live" }
  /** What would end it was sent, and nobody has said yet whether it did. */
  | { readonly state: "doubtful"; readonly reason: string }
  | { readonly state: "ended"; readonly reason: string; readonly answeredAt: number; readonly by: number };

/** What a client presented a session's token for, and what it heard. */
export interface Heard {
  readonly kind: "call" | "refresh";
  /** The place of the replica that was asked. */
  readonly place: number;
  /** The replica can't have judged it before. */
  readonly judgedAfter: number;
  readonly status: number;
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * What is wrong with an answer, null where nothing is.
 *
 * @param boundMs within which the end of a session has to be in force on the replicas that did not end it; a refresh asks the
 *   database and the replica that answered knows, so that these have none
 */
export function faultOf(standing: Standing, heard: Heard, boundMs: number): string | null {
  const { status, code, reason } = heard;
  if (status === 503 && code === "unavailable") return null;
  if (status === 200) return acceptanceFault(standing, heard, boundMs);
  const told = `${heard.kind} at replica ${heard.place}: ${status} ${code ?? ""} ${reason ?? ""}`.trim();
  if (status !== 401 || standing.state === "live") return `a ${standing.state} session was refused, ${told}`;
  if (code === "session_revoked" && reason === standing.reason) return null;
  // Past its own end an access token says no more than that.
  if (code === "token_expired" && heard.kind === "call") return null;
  return `a session that ended by ${standing.reason} was refused otherwise, ${told}`;
}

function acceptanceFault(standing: Standing, heard: Heard, boundMs: number): string | null {
  if (standing.state !== "ended") return null;
  const allowedMs = heard.kind === "refresh" || heard.place === standing.by ? 0 : boundMs;
  const lateMs = heard.judgedAfter - standing.answeredAt;
  return lateMs > allowedMs
    ? `an ended session was accepted, ${heard.kind} at replica ${heard.place}, ${lateMs} ms after the answer of replica ${standing.by}`
    : null;
}
