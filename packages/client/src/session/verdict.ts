import type { CurfewProblem } from "../api/problem.js";
import type { SessionEnd } from "./model.js";

/** How the session ended, where that is what a problem says; only a verdict has a reason and a moment. */
export const endOf = ({ code, reason, ended_at }: CurfewProblem): SessionEnd | null =>
  reason && ended_at ? { code: code as SessionEnd["code"], reason, ended_at } : null;

/** Another token may be taken where this one was not. */
export const isTokenRefused = ({ code }: CurfewProblem): boolean =>
  code === "token_expired" || code === "unauthenticated";

/** The server takes no proof of this browser's key, which says nothing about the session. */
export const isProofRefused = ({ code }: CurfewProblem): boolean =>
  code === "invalid_proof" || code === "use_dpop_nonce";
