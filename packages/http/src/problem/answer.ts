import { challengeOf } from "./challenge.js";
import { PROBLEMS } from "./codes.js";
import type { HttpProblem } from "./error.js";

/** What a client is told to wait where nobody said, in seconds. */
const RETRY_AFTER_SECONDS = 1;

/** What the answer depends on beside the problem itself. */
export interface ProblemContext {
  readonly headers: Readonly<Record<string, string>>;
  /** The route asks for an access token, and the call brought one. */
  readonly bearerGiven: boolean;
  /** A nonce for `use_dpop_nonce` (RFC 9449 §8). */
  readonly nonce: () => string;
}

/** Answers a problem (RFC 9457), with the headers that its code asks for. */
export function answerProblem({ code, options, message }: HttpProblem, context: ProblemContext): Response {
  const { status, title } = PROBLEMS[code];
  const headers: Record<string, string> = { ...context.headers, "Content-Type": "application/problem+json" };
  const challenge = challengeOf(code, context);
  if (challenge !== null) headers["WWW-Authenticate"] = challenge;
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
