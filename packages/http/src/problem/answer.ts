import { PROOF_ALGORITHMS } from "../dpop.js";
import { type HttpProblem, PROBLEMS, type ProblemCode } from "./http-problem.js";

/** `Retry-After` of a 429 or 503 that sets none. */
const RETRY_AFTER_SECONDS = 1;

/** The signature algorithms of DPoP proofs, as a challenge lists them (RFC 9449 §7.1). */
const DPOP_ALGORITHMS = PROOF_ALGORITHMS.join(" ");

/** The parts of the answer that the problem does not determine. */
export interface ProblemContext {
  readonly headers: Readonly<Record<string, string>>;
  /** The route requires an access token, and the call sent an `Authorization` header. */
  readonly bearerGiven: boolean;
  /** Creates the nonce that goes with `use_dpop_nonce` (RFC 9449 §8). */
  readonly nonce: () => string;
}

/** Answers a problem as `application/problem+json` (RFC 9457), with the headers that its code requires. */
export function answerProblem({ code, options, message }: HttpProblem, context: ProblemContext): Response {
  const { status, title } = PROBLEMS[code];
  const headers: Record<string, string> = { ...context.headers, "Content-Type": "application/problem+json" };
  if (status === 401) headers["WWW-Authenticate"] = challengeOf(code, context.bearerGiven);
  if (status === 429 || status === 503)
    headers["Retry-After"] = String(options.retryAfterSeconds ?? RETRY_AFTER_SECONDS);
  if (code === "use_dpop_nonce") headers["DPoP-Nonce"] = context.nonce();
  const problem = {
    type: `urn:curfew:problem:${code}`,
    title,
    status,
    detail: message,
    code,
    ...options.extensions,
    ...(options.errors === undefined ? {} : { errors: options.errors }),
  };
  return new Response(JSON.stringify(problem), { status, headers: { ...headers, ...options.headers } });
}

/** The `WWW-Authenticate` of a 401 (RFC 9110 §11.6.1): RFC 6750 §3.1 for tokens, RFC 9449 §7.1 for proofs. */
function challengeOf(code: ProblemCode, bearerGiven: boolean): string {
  if (code === "invalid_proof") return `DPoP error="invalid_dpop_proof", algs="${DPOP_ALGORITHMS}"`;
  if (code === "use_dpop_nonce") return `DPoP error="use_dpop_nonce", algs="${DPOP_ALGORITHMS}"`;
  return bearerGiven
    ? `Bearer realm="curfew", error="invalid_token", error_description="${PROBLEMS[code].title}"`
    : 'Bearer realm="curfew"';
}
