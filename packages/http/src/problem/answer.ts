import { PROOF_ALGORITHMS } from "../dpop.js";
import { type HttpProblem, NO_OPTIONS, PROBLEMS, type ProblemCode } from "./http-problem.js";

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

interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers that the code and the shared headers of a place determine, made once. */
const known = new WeakMap<ProblemContext["headers"], Map<string, ProblemAnswer>>();

/** Answers a problem as `application/problem+json` (RFC 9457), with the headers that its code requires. */
export function answerProblem(problem: HttpProblem, context: ProblemContext): Response {
  const isPlain = problem.options === NO_OPTIONS && problem.code !== "use_dpop_nonce";
  const { status, headers, body } = isPlain ? plainAnswer(problem, context) : answerOf(problem, context);
  // A copy: servers add to the headers of an answer.
  return new Response(body, { status, headers: { ...headers } });
}

function plainAnswer(problem: HttpProblem, context: ProblemContext): ProblemAnswer {
  const key = context.bearerGiven ? `${problem.code} bearer` : problem.code;
  let answers = known.get(context.headers);
  if (answers === undefined) {
    answers = new Map();
    known.set(context.headers, answers);
  }
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = answerOf(problem, context);
    answers.set(key, answer);
  }
  return answer;
}

function answerOf({ code, options, message }: HttpProblem, context: ProblemContext): ProblemAnswer {
  const { status, title } = PROBLEMS[code];
  const headers: Record<string, string> = { ...context.headers, "Content-Type": "application/problem+json" };
  if (status === 401) headers["WWW-Authenticate"] = challengeOf(code, context.bearerGiven);
  if (status === 429 || status === 503)
    headers["Retry-After"] = String(options.retryAfterSeconds ?? RETRY_AFTER_SECONDS);
  if (code === "use_dpop_nonce") headers["DPoP-Nonce"] = context.nonce();
  const body = {
    type: `urn:curfew:problem:${code}`,
    title,
    status,
    detail: message,
    code,
    ...options.extensions,
    ...(options.errors === undefined ? {} : { errors: options.errors }),
  };
  return { status, headers: { ...headers, ...options.headers }, body: JSON.stringify(body) };
}

/** The `WWW-Authenticate` of a 401 (RFC 9110 §11.6.1): RFC 6750 §3.1 for tokens, RFC 9449 §7.1 for proofs. */
function challengeOf(code: ProblemCode, bearerGiven: boolean): string {
  if (code === "invalid_proof") return `DPoP error="invalid_dpop_proof", algs="${DPOP_ALGORITHMS}"`;
  if (code === "use_dpop_nonce") return `DPoP error="use_dpop_nonce", algs="${DPOP_ALGORITHMS}"`;
  return bearerGiven
    ? `Bearer realm="curfew", error="invalid_token", error_description="${PROBLEMS[code].title}"`
    : 'Bearer realm="curfew"';
}
