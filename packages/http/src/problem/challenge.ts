import { PROBLEMS, type ProblemCode } from "./codes.js";

/** What a 401 is told about, beside its code. */
export interface ChallengeContext {
  /** The route asks for an access token, and the call brought one. */
  readonly bearerGiven: boolean;
}

/** The algorithms that a proof may have, as a challenge names them (RFC 9449 §7.1). */
const DPOP_ALGORITHMS = "ES256 EdDSA";

/**
 * The `WWW-Authenticate` of an answer; null where its status is not 401 (RFC 9110 §11.6.1).
 *
 * A faulty token is told as RFC 6750 §3.1 has it, a faulty proof as RFC 9449 §7.1.
 */
export function challengeOf(code: ProblemCode, { bearerGiven }: ChallengeContext): string | null {
  if (PROBLEMS[code].status !== 401) return null;
  if (code === "invalid_proof") return `DPoP error="invalid_dpop_proof", algs="${DPOP_ALGORITHMS}"`;
  if (code === "use_dpop_nonce") return `DPoP error="use_dpop_nonce", algs="${DPOP_ALGORITHMS}"`;
  return bearerGiven
    ? `Bearer realm="curfew", error="invalid_token", error_description="${PROBLEMS[code].title}"`
    : 'Bearer realm="curfew"';
}
