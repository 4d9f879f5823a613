import { CurfewProblem } from "../api/problem.js";
import type { SessionEnd } from "./model.js";

/** What an answer says about the session. */
export type Verdict =
  /** It is over: nothing else ends it. */
  | { kind: "ended"; end: SessionEnd }
  /** The token is not taken: another may be. */
  | { kind: "token_refused" }
  /** The key's proof is not taken. */
  | { kind: "unproven" }
  /** Nothing: nobody who could judge was reached. */
  | { kind: "trouble" }
  /** Nothing: it is about the call. */
  | { kind: "none" };

/** Reads what a call rejected with. */
export function verdictOf(error: unknown): Verdict {
  if (!(error instanceof CurfewProblem) || error.isTrouble) return { kind: "trouble" };
  const { code, reason, ended_at } = error;
  if ((code === "session_expired" || code === "session_revoked") && reason && ended_at)
    return { kind: "ended", end: { code, reason, ended_at } };
  if (code === "token_expired" || code === "unauthenticated") return { kind: "token_refused" };
  if (code === "invalid_proof" || code === "use_dpop_nonce") return { kind: "unproven" };
  return { kind: "none" };
}
